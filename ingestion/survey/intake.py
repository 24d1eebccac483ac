"""Takes in the workbooks that wait in landing: each by itself, in one transaction, with an entry in the ledger.

The order in which things are put down makes a crash at any instant harmless: the cleaned copy first, the
acknowledgement aside, the commit, then acknowledgement and landing. `ingestion.loading.repair` finishes the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from ingestion.acknowledgement.wording import number
from ingestion.gate.finding import Finding, found, in_catalogue_order
from ingestion.loading.filing import discard_aside, file_away, write_aside
from ingestion.loading.intake import ERROR, Outcome, utc_now
from ingestion.loading.ledger import LedgerEntry, mark_filed, record
from ingestion.loading.names import acknowledgement_name, delivery_id
from ingestion.loading.repair import repair
from ingestion.loading.standing import standing
from ingestion.loading.turns import loading
from ingestion.settings import Settings
from ingestion.survey.answers import Answers
from ingestion.survey.applying import Change, Surprise, apply, changes, stage, surprises
from ingestion.survey.form import survey_form
from ingestion.survey.keeping import ROOM, cleaned, keep
from ingestion.survey.landing import LandedWorkbook, WorkbookBytes, read_bytes, waiting_workbooks
from ingestion.survey.names import year_of
from ingestion.survey.reading import read_workbook
from ingestion.survey.verdict import sheet_counts, status_of
from ingestion.transaction import transaction
from ingestion.warehouse_busy import WarehouseBusy

logger = logging.getLogger(__name__)

MODE = "survey"
"""What the ledger calls the mode of a workbook, beside `full` and `delta`."""

_LOADED = ("accepted", "accepted_with_rejects")


def load_surveys(
    settings: Settings,
    plie_ids: Collection[str] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
    now: Callable[[], datetime] = utc_now,
) -> list[Outcome]:
    """Reads and loads every workbook of the survey that waits in landing, each with its own outcome.

    Arguments and errors are those of `ingestion.loading.intake.load_landing`.
    """
    outcomes: list[Outcome] = []

    def report(outcome: Outcome) -> None:
        outcomes.append(outcome)
        logger.info("%s %s: %s", outcome.plie_id, outcome.file_name, outcome.status)
        if on_outcome is not None:
            on_outcome(outcome)

    def kept_elsewhere(plie_id: str, busy: WarehouseBusy) -> None:
        for file in waiting_workbooks(settings, [plie_id]):
            report(_failed(file, busy))

    def waiting_plie() -> set[str]:
        return {file.plie_id for file in waiting_workbooks(settings, plie_ids)}

    with loading(settings, "loading surveys", on_wait) as turns:
        for turn in turns.each(waiting_plie, kept_elsewhere):
            repair(turns.connection, settings, turn)
            for file in waiting_workbooks(settings, turn.narrowed(plie_ids)):
                try:
                    report(_take_in(turns.connection, settings, file, now))
                except FileNotFoundError:
                    logger.warning("%s %s went away before it could be read", file.plie_id, file.name)
                except duckdb.FatalException:
                    raise
                except Exception as error:
                    report(_failed(file, error))
    return outcomes


def _failed(file: LandedWorkbook, error: Exception) -> Outcome:
    # The error's own text may quote a cell.
    said = f"{type(error).__name__}{f': {error}' if isinstance(error, OSError | WarehouseBusy) else ''}"
    logger.error("%s %s could not be taken in and stays in landing: %s", file.plie_id, file.name, said)
    return Outcome(file.name, file.plie_id, ERROR, message=said)


@dataclass(frozen=True)
class _Arrival:
    """One workbook as it came; `received_at` is UTC without zone, in whole seconds."""

    file: LandedWorkbook
    read: WorkbookBytes
    answers: Answers
    received_at: datetime


def _take_in(
    connection: duckdb.DuckDBPyConnection, settings: Settings, file: LandedWorkbook, now: Callable[[], datetime]
) -> Outcome:
    clock = now().astimezone(UTC)
    read = read_bytes(file.path, survey_form().limits.zip_bytes)
    answers = read_workbook(read.content, file.name, file.plie_id, clock.date())
    arrival = _Arrival(file, read, answers, clock.replace(tzinfo=None, microsecond=0))
    entry = _load(connection, settings, arrival)
    message = entry.findings[0].message if entry.findings else ""
    try:
        file_away(settings, entry, read.mark)
    except OSError as error:
        logger.error("%s is in the ledger but could not be filed: %s", entry.delivery_id, error)
        message = f"not filed yet: {error}"
    else:
        mark_filed(connection, settings, [entry.delivery_id])
    return Outcome(entry.file_name, entry.plie_id, entry.status, entry.delivery_id, entry.resources, message)


def _load(connection: duckdb.DuckDBPyConnection, settings: Settings, arrival: _Arrival) -> LedgerEntry:
    """One workbook into the warehouse and the ledger, or nothing of it."""
    entry: LedgerEntry | None = None
    copy: Path | None = None
    try:
        with transaction(connection, settings, f"loaded a survey of {arrival.file.plie_id}"):
            entry = _judged(connection, settings, arrival)
            if entry.kept_as is not None and entry.coverage_from is not None:
                content = cleaned(arrival.answers, entry.plie_id, entry.coverage_from.year)
                copy = keep(settings, entry.plie_id, entry.kept_as, content)
            record(connection, [entry])
            write_aside(settings, entry)
    except BaseException:
        if entry is not None:
            discard_aside(settings, entry)
        if copy is not None:
            with suppress(OSError):
                copy.unlink()
        raise
    return entry


def _judged(connection: duckdb.DuckDBPyConnection, settings: Settings, arrival: _Arrival) -> LedgerEntry:
    """The ledger entry of a workbook, whose answers are loaded if they may be."""
    plie_id, name = arrival.file.plie_id, arrival.file.name
    year = year_of(name)
    before = standing(connection, settings, {plie_id}, {arrival.read.sha256})
    status = _status(connection, arrival)
    identifier = delivery_id(
        f"{plie_id}_{name.removesuffix('.xlsx')}",
        arrival.read.sha256,
        is_duplicate=status == "duplicate",
        taken=before.taken,
    )
    findings: tuple[Finding, ...] = () if status == "duplicate" else arrival.answers.findings
    counted: dict[str, Change] = {}
    if status in _LOADED and year is not None:
        stage(connection, arrival.answers, plie_id, year, identifier)
        counted = changes(connection, plie_id, year)
        surprising = surprises(connection, plie_id, year)
        findings = (*findings, *(_surprise(surprise, year) for surprise in surprising))
        apply(connection, arrival.answers, surprising, plie_id, year, identifier, arrival.received_at)
    start = f"outbox/{plie_id}/"
    return LedgerEntry(
        delivery_id=identifier,
        plie_id=plie_id,
        file_name=name,
        sha256=arrival.read.sha256,
        bytes=arrival.read.size,
        received_at=arrival.received_at,
        status=status,
        acknowledged_as=acknowledgement_name(
            name,
            identifier,
            is_duplicate=status == "duplicate",
            taken={path.removeprefix(start) for path in before.taken if path.startswith(start)},
        ),
        contract=survey_form().contract,
        mode=MODE,
        coverage_from=date(year, 1, 1) if year else None,
        coverage_to=date(year, 12, 31) if year else None,
        kept_in=ROOM if status in _LOADED else None,
        kept_as=f"{identifier}.xlsx" if status in _LOADED else None,
        resources=sheet_counts(arrival.answers, counted, findings, is_loaded=bool(counted))
        if status != "duplicate"
        else (),
        findings=tuple(in_catalogue_order(findings, [sheet.name for sheet in survey_form().sheets])),
    )


def _status(connection: duckdb.DuckDBPyConnection, arrival: _Arrival) -> str:
    """`duplicate` when nothing else came under this name since the same bytes did; else what the findings say."""
    last = connection.execute(
        """
        select sha256, exists (
            from raw.findings where findings.delivery_id = deliveries.delivery_id and rule = 'S06'
        )
        from raw.deliveries
        where plie_id = ? and file_name = ? and status <> 'duplicate'
        order by received_at desc, rowid desc
        limit 1
        """,
        [arrival.file.plie_id, arrival.file.name],
    ).fetchone()
    # What the clock or the register refused (S06) may pass later.
    if last is not None and last[0] == arrival.read.sha256 and not last[1]:
        return "duplicate"
    return status_of(arrival.answers.findings)


def _surprise(surprise: Surprise, year: int) -> Finding:
    sheet = survey_form().sections[surprise.section]
    before, now = (number(round(value)) for value in (surprise.before, surprise.now))
    detail = f"{before} puis {now}"
    return found("S09", resource=sheet.name, field=surprise.column, year=year - 1, detail=detail)
