"""The manifest of an edition, kept beside the archived deliveries: with them, all that is needed to rebuild it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from consolidation.editions.digest import content_digests
from consolidation.editions.edition import Edition
from consolidation.editions.sealing import EditionAltered
from ingestion.settings import Settings


class NoManifest(FileNotFoundError):
    """The archive has no manifest of this edition."""


@dataclass(frozen=True)
class Manifest:
    """What the archive knows of an edition.

    Attributes:
        edition: its own row; `frozen_at` as text.
        parts: digest of each part of its content.
        deliveries: `plie_id`, `file_name`, `sha256`, `mode` and `kept_as` of each file.
        answers: `check_id`, `plie_id` and `reason` of each answer to a warning.
    """

    edition: dict[str, Any]
    parts: dict[str, str]
    deliveries: list[dict[str, Any]]
    answers: list[dict[str, Any]]


def manifest_path(settings: Settings, edition_id: str) -> Path:
    """Where the manifest of an edition is kept."""
    return settings.archive / "editions" / f"{edition_id}.json"


def write_manifest(connection: duckdb.DuckDBPyConnection, settings: Settings, edition: Edition) -> Path:
    """Writes the manifest of an edition where there is none yet.

    Raises:
        EditionAltered: the one that is there tells of another content under the same name.
        OSError: it cannot be written.
    """
    path = manifest_path(settings, edition.edition_id)
    if path.exists():
        verify_manifest(settings, edition)
        return path

    def rows(query: str) -> list[dict[str, Any]]:
        cursor = connection.execute(query, [edition.edition_id])
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    content = Manifest(
        edition=asdict(edition) | {"frozen_at": f"{edition.frozen_at:%Y-%m-%dT%H:%M:%SZ}"},
        parts={part: found.digest for part, found in content_digests(connection, edition.edition_id).items()},
        deliveries=rows(
            "select plie_id, delivery_id, file_name, sha256, mode, kept_as from consolidation.edition_deliveries"
            " where edition_id = ? order by plie_id, file_name, delivery_id"
        ),
        answers=rows(
            "select check_id, plie_id, reason from consolidation.edition_waivers where edition_id = ?"
            " order by check_id, plie_id nulls first"
        ),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    with aside.open("w", encoding="utf-8") as file:
        json.dump(asdict(content), file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    return path


def read_manifest(settings: Settings, edition_id: str) -> Manifest:
    """The manifest of an edition.

    Raises:
        NoManifest: there is none.
    """
    path = manifest_path(settings, edition_id)
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NoManifest(f"The archive has no manifest of {edition_id} ({path}).") from None


def verify_archive(settings: Settings, known: Sequence[Edition]) -> None:
    """Makes sure that the archive knows no edition that the warehouse does not have, or has otherwise.

    Raises:
        EditionAltered: it does: rows were taken away, or the archive is another warehouse's.
    """
    names = {edition.edition_id for edition in known}
    unknown = sorted(path.stem for path in (settings.archive / "editions").glob("*.json") if path.stem not in names)
    if unknown:
        raise EditionAltered(
            f"The archive has the manifest of {', '.join(unknown)}, which the warehouse does not know: rows were taken"
            " away, or the archive is that of another warehouse. Nothing is frozen or published. Restore a backup."
        )
    for edition in known:
        verify_manifest(settings, edition)


def verify_manifest(settings: Settings, edition: Edition) -> None:
    """Makes sure that the archive tells of the same edition as the warehouse, where it has a manifest of it.

    Raises:
        EditionAltered: it does not.
    """
    try:
        kept = read_manifest(settings, edition.edition_id).edition["digest"]
    except NoManifest:
        return
    if kept != edition.digest:
        raise EditionAltered(
            f"{edition.edition_id} has the digest {edition.digest} in the warehouse and {kept} in the manifest of the"
            " archive: one of them was changed after it was frozen. Restore both from a backup."
        )
