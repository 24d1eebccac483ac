"""Freezes an edition: the gate is asked, the figures are copied, protected, compared and sealed, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import duckdb

from consolidation.disclosure import protect
from consolidation.editions.content import assemble
from consolidation.editions.digest import PartDigest, catalogue_version, content_digests, edition_digest
from consolidation.editions.edition import Edition, latest_edition, list_editions, previous_edition
from consolidation.editions.freshness import verify_marts
from consolidation.editions.manifest import verify_archive
from consolidation.editions.restatement import restate
from consolidation.editions.revision import code_commit
from consolidation.editions.schema import create_edition_schema
from consolidation.editions.sealing import seal, verify_editions
from consolidation.editions.tables import CHECKS, DELIVERIES, EDITIONS, MODELS, WAIVERS
from ingestion.code_version import code_version
from ingestion.gate.privacy import is_clean
from ingestion.made_up_mark import is_made_up
from ingestion.settings import Settings
from ingestion.table_definitions import verify_key
from ingestion.warehouse import reading, writing
from quality.gate import examine_year
from quality.results import GateResult

OnProgress = Callable[[int, int, str], None]

CIRCUMSTANCES = (DELIVERIES.part, MODELS.part, CHECKS.part, WAIVERS.part)
"""Parts that may differ without a reason for a new edition: what they lead to is the same, figure by figure."""


class NotFrozen(RuntimeError):
    """The edition cannot be frozen; the message says why and what to do."""


class NothingChanged(NotFrozen):
    """The last edition of the year says the same; it stands."""


class GateClosed(NotFrozen):
    """The gate found blocking failures, or warnings that nobody answered."""

    def __init__(self, year: int, gate: GateResult) -> None:
        self.gate = gate
        super().__init__(_closed(year, gate))


@dataclass(frozen=True)
class Draft:
    """What an edition will be called, why it is made and with which one it is compared."""

    year: int
    number: int
    reason: str | None
    previous: Edition | None

    @property
    def edition_id(self) -> str:
        return f"{self.year}.{self.number}"


def freeze(
    settings: Settings,
    year: int,
    reason: str | None = None,
    *,
    who: str,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    on_progress: OnProgress | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Edition:
    """Freezes the next edition of a year, protects its figures and seals it, under one hold of the writer lock.

    The gate is asked here, on the rows that are frozen, however the consolidation was started.

    Args:
        reason: why figures that were frozen are corrected; the second edition of a year and later ones need it.
        who: who freezes it; kept for ever.
        on_progress: called with steps done, steps in all and what comes next: suites of the gate, then hiding.

    Raises:
        NotFrozen: the gate is closed, nothing changed, no PLIE is complete, or the reason is missing or unfit.
        MartsOutOfDate: something was loaded since the last build.
        ArchiveIncomplete: the edition could not be rebuilt.
        EditionAltered: a former edition is not what it was.
        WarehouseBusy: another process writes.
    """
    with writing(settings, f"consolidating {year}", on_wait) as connection:
        verify_editions(connection)
        verify_archive(settings, list_editions(connection))
        last = latest_edition(connection, year)
        reason = _fit(reason, who, is_needed=last is not None)
        number = 1 if last is None else last.number + 1
        draft = Draft(year, number, reason, previous_edition(connection, year, number))
        verify_marts(connection)
        gate = examine_year(connection, settings, year, _leaving_one(on_progress))
        if not gate.can_be_frozen:
            raise GateClosed(year, gate)
        create_edition_schema(connection)
        connection.begin()
        try:
            verify_marts(connection)  # again: into a lake, others may have loaded while the gate was asked
            edition = write_edition(connection, settings, draft, gate, who=who, now=now)
            if last is not None:
                _must_differ(connection, last, edition)
            restate(connection, edition.edition_id, draft.previous)
            protect(connection, edition.edition_id, settings)
            seal(connection, edition.edition_id)
            connection.commit()
        except BaseException:
            with suppress(duckdb.Error):
                connection.rollback()
            raise
    if on_progress is not None:
        on_progress(1, 1, "frozen")
    return edition


def refuse_early(settings: Settings, year: int, reason: str | None, who: str) -> None:
    """Refuses what needs no build to be refused: words that are missing or unfit, a warehouse that is not there.

    Raises:
        NotFrozen: a reason or a name is missing, or cannot be kept.
        FileNotFoundError: nothing was ever loaded here.
        WarehouseBusy: another process writes.
    """
    with reading(settings) as connection:
        _fit(reason, who, is_needed=latest_edition(connection, year) is not None)


def _leaving_one(on_progress: OnProgress | None) -> OnProgress | None:
    """How far the gate is, as part of work that has one more step."""
    if on_progress is None:
        return None
    return lambda done, total, what: on_progress(done, total + 1, "disclosure control" if done == total else what)


def write_edition(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    draft: Draft,
    gate: GateResult,
    *,
    who: str,
    now: Callable[[], datetime],
) -> Edition:
    """Copies the content of an edition and writes its own row, within the transaction that is under way.

    Raises:
        NotFrozen: no PLIE is complete for the year.
        ArchiveIncomplete: as of `assemble`.
    """
    assemble(connection, settings, draft.edition_id, draft.year, gate)
    parts = content_digests(connection, draft.edition_id)
    if parts["plie"].n_rows == 0:
        raise NotFrozen(f"No PLIE has the whole of {draft.year} in what is loaded: there is nothing to consolidate.")
    edition = Edition(
        edition_id=draft.edition_id,
        year=draft.year,
        number=draft.number,
        frozen_at=now().astimezone(UTC).replace(tzinfo=None, microsecond=0),
        frozen_by=who.strip(),
        reason=draft.reason,
        previous_edition_id=draft.previous.edition_id if draft.previous else None,
        code_version=code_version(),
        code_commit=code_commit(),
        catalogue_version=catalogue_version(parts),
        n_plie=parts["plie"].n_rows,
        digest="",
        is_made_up=is_made_up(settings),
    )
    row = asdict(edition) | {"digest": edition_digest(asdict(edition), parts)}
    columns = [column.name for column in EDITIONS.columns]
    connection.execute(
        f"insert into consolidation.editions ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",
        [row[name] for name in columns],
    )
    verify_key(connection, "consolidation.editions", "edition_id")
    return Edition(**row)


def _fit(reason: str | None, who: str, *, is_needed: bool) -> str | None:
    said = (reason or "").strip()
    if not who.strip():
        raise NotFrozen("Somebody freezes an edition: a name is needed.")
    if is_needed and not said:
        raise NotFrozen("This year has an edition already: a correction needs --reason.")
    if not is_clean(said) or not is_clean(who):
        raise NotFrozen(
            "The reason is kept for ever: it may hold no telephone number, address or other personal number."
        )
    return said or None


def _must_differ(connection: duckdb.DuckDBPyConnection, last: Edition, new: Edition) -> None:
    """A second edition says something else than the first: a figure, a participant, a definition or a fiche."""

    def says(edition: Edition) -> dict[str, PartDigest]:
        parts = content_digests(connection, edition.edition_id)
        return {part: digest for part, digest in parts.items() if part not in CIRCUMSTANCES}

    if says(last) == says(new):
        raise NothingChanged(
            f"Nothing changed since {last.edition_id}: same figures, same PLIE, same definitions. That edition stands."
        )


def _closed(year: int, gate: GateResult) -> str:
    lines = [f"{year} cannot be frozen."]
    for what, results in (("blocking", gate.blocking), ("without an answer", gate.unanswered)):
        if results:
            lines.append(f"{len(results)} {what}:")
            lines += [f"  {r.check_id}{f' ({r.plie_id})' if r.plie_id else ''}: {r.message_fr}" for r in results[:20]]
            lines += [f"  … and {len(results) - 20} more"] if len(results) > 20 else []
    if gate.unanswered:
        lines.append("Answer a warning with `plie waive`; `plie check` shows all of them.")
    return "\n".join(lines)
