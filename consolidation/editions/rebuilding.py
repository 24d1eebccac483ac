"""An edition made again in a scratch folder, from archived deliveries and its manifest alone, and compared with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from consolidation.editions.deliveries import archive_incomplete
from consolidation.editions.digest import content_digests
from consolidation.editions.edition import Edition
from consolidation.editions.freezing import Draft, write_edition
from consolidation.editions.freshness import verify_marts
from consolidation.editions.manifest import Manifest
from consolidation.editions.schema import create_edition_schema
from consolidation.editions.tables import CONTENT
from ingestion.code_version import code_version
from ingestion.made_up_mark import MARK
from ingestion.settings import Settings
from ingestion.warehouse import writing
from quality.gate import examine_year
from quality.results import GateResult
from quality.waivers import Waiver, with_answers


@dataclass(frozen=True)
class Rebuilt:
    """What came of rebuilding an edition.

    Attributes:
        digest, frozen_digest: of the edition as rebuilt, and as it was frozen.
        differing: tables whose content differs.
        code_version, frozen_code_version: of the code of now, and of the code that froze it.
        code_commit: the git revision of the code that froze it, where it was known.
    """

    edition_id: str
    digest: str
    frozen_digest: str
    differing: tuple[str, ...]
    code_version: str
    frozen_code_version: str
    code_commit: str | None

    @property
    def is_same(self) -> bool:
        """Whether the rebuilt edition is the frozen one."""
        return self.digest == self.frozen_digest


def lay_out(settings: Settings, manifest: Manifest, scratch: Settings) -> None:
    """Copies the deliveries of an edition from the archive into the landing place of an empty data root.

    Raises:
        ArchiveIncomplete: one is missing (retention destroyed it, say), or is not what the edition was made of.
    """
    wrong = []
    for delivery in manifest.deliveries:
        kept = settings.archive / delivery["plie_id"] / delivery["kept_as"]
        try:
            content = kept.read_bytes()
        except OSError as error:
            wrong.append(f"{kept.name}: {error.strerror or error}")
            continue
        if hashlib.sha256(content).hexdigest() != delivery["sha256"]:
            wrong.append(f"{kept.name}: another content")
            continue
        folder = scratch.landing / delivery["plie_id"]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / delivery["file_name"]).write_bytes(content)
    if wrong:
        raise archive_incomplete(wrong)
    if manifest.edition["is_made_up"]:
        (scratch.data / MARK).write_text("{}", encoding="utf-8")


def rebuild_edition(
    scratch: Settings,
    manifest: Manifest,
    on_gate: Callable[[int, int, str], None] | None = None,
) -> Rebuilt:
    """Puts the edition together again from a scratch warehouse in which its deliveries are loaded and built.

    Answers to warnings are taken from the manifest, as given to what fails there now: had something else failed when
    the edition was frozen, the digests differ.
    """
    was = manifest.edition
    with writing(scratch, f"rebuilding {was['edition_id']}") as connection:
        verify_marts(connection)
        gate = _answered(examine_year(connection, scratch, was["year"], on_gate), manifest)
        create_edition_schema(connection)
        edition = write_edition(
            connection,
            scratch,
            Draft(was["year"], was["number"], was["reason"], previous=None),
            gate,
            who=was["frozen_by"],
            now=lambda: datetime.now(UTC),
        )
        return _compared(connection, edition, manifest)


def _answered(gate: GateResult, manifest: Manifest) -> GateResult:
    given = [
        Waiver(
            answer["check_id"],
            answer["plie_id"],
            answer["reason"],
            {
                row.label: row.observed
                for row in gate.failing_rows
                if (row.check_id, row.plie_id) == (answer["check_id"], answer["plie_id"])
            },
        )
        for answer in manifest.answers
    ]
    return replace(gate, results=with_answers(gate.results, gate.failing_rows, given))


def _compared(connection: duckdb.DuckDBPyConnection, edition: Edition, manifest: Manifest) -> Rebuilt:
    parts = content_digests(connection, edition.edition_id)
    return Rebuilt(
        edition_id=edition.edition_id,
        digest=edition.digest,
        frozen_digest=manifest.edition["digest"],
        differing=tuple(table.name for table in CONTENT if parts[table.part].digest != manifest.parts[table.part]),
        code_version=code_version(),
        frozen_code_version=manifest.edition["code_version"],
        code_commit=manifest.edition["code_commit"],
    )


def scratch_settings(settings: Settings, folder: Path) -> Settings:
    """Settings of an empty data root in `folder`: a file whatever the engine is, a key of its own, nothing to fetch."""
    return settings.model_copy(
        update={"data": folder, "pseudonym_key": None, "source": "landing", "engine": "duckdb", "lake_catalog": None}
    )
