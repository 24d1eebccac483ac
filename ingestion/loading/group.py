"""Takes one group of deliveries, of one contract version and of different PLIE, into the warehouse: all or nothing.

Here the order of the gate is kept (transfer contract §3): transfer and privacy rules have spoken when a delivery was
read; duplicates and stale ones stop next; then rows are checked, volume is looked at, and what remains is loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta

import duckdb

from ingestion.gate.row_checks import check_rows, forget
from ingestion.gate.row_results import row_outcomes
from ingestion.loading.applying import apply, changes
from ingestion.loading.case import Arrival, Case, without_zone
from ingestion.loading.entries import as_entries, resource_counts
from ingestion.loading.filing import discard_aside, write_aside
from ingestion.loading.ledger import LedgerEntry, record
from ingestion.loading.pseudonym import keep_keyed
from ingestion.loading.standing import LoadedPlie, Standing, note_loaded, standing
from ingestion.loading.verdicts import first_verdicts
from ingestion.loading.volume import check_volume
from ingestion.settings import Settings
from ingestion.transaction import transaction

_DAY = timedelta(days=1)


def load_group(
    connection: duckdb.DuckDBPyConnection, settings: Settings, arrivals: Sequence[Arrival]
) -> list[LedgerEntry]:
    """Judges and loads a group in one transaction, ledger included; acknowledgements are written aside before it ends.

    Returns:
        The ledger entries, in the order of the arrivals; their files and acknowledgements are still to be filed.

    Raises:
        duckdb.Error, OSError: the group could not be loaded; nothing of it is.
    """
    before = standing(
        connection,
        settings,
        {arrival.plie_id for arrival in arrivals},
        {arrival.delivery.sha256 for arrival in arrivals},
    )
    cases = first_verdicts(arrivals, before)
    with checked(connection, [case for case in cases if case.status == "accepted"]) as loadable:
        entries = as_entries(cases, before)
        with all_or_nothing(connection, settings, entries):
            put_in_place(connection, loadable, before)
            record(connection, entries)
    return entries


@contextmanager
def all_or_nothing(
    connection: duckdb.DuckDBPyConnection, settings: Settings, entries: Sequence[LedgerEntry]
) -> Iterator[None]:
    """A transaction that also writes aside the acknowledgements of these entries."""
    try:
        with transaction(connection, settings, _said(entries)):
            yield
            for entry in entries:
                write_aside(settings, entry)
    except BaseException:
        for entry in entries:
            discard_aside(settings, entry)
        raise


def _said(entries: Sequence[LedgerEntry]) -> str:
    return f"loaded {', '.join(sorted({entry.plie_id for entry in entries}))}"


@contextmanager
def checked(
    connection: duckdb.DuckDBPyConnection, cases: Sequence[Case], *, released: Collection[str] = ()
) -> Iterator[Sequence[Case]]:
    """Rows, then volume; notes on each case what becomes of it, and yields those to load, laid out in temporary tables.

    Nothing of the warehouse is written to, and no transaction is under way: on a lake, others load meanwhile.

    Args:
        released: ids of deliveries that are let in whatever their volume.
    """
    try:
        yield _check(connection, cases, released) if cases else ()
    finally:
        with suppress(duckdb.Error):
            forget(connection)


def _check(connection: duckdb.DuckDBPyConnection, cases: Sequence[Case], released: Collection[str]) -> Sequence[Case]:
    contract, _ = cases[0].arrival.delivery.sound()
    members = [case.as_member() for case in cases]
    check_rows(connection, contract, members, loaded="raw", keep=keep_keyed)
    outcomes = row_outcomes(connection, contract, members)
    shrunk = check_volume(connection, [case.number for case in cases])
    for case in cases:
        outcome = outcomes[case.number]
        case.findings = outcome.findings
        if outcome.is_refused:
            case.status = "refused"
            continue
        case.status = "accepted_with_rejects" if any(outcome.rejected.values()) else "accepted"
        if case.number in shrunk:
            case.findings = (*case.findings, shrunk[case.number])
            case.status = case.status if case.delivery_id in released else "held"
    loadable = [case for case in cases if case.status in ("accepted", "accepted_with_rejects")]
    numbers = [case.number for case in loadable]
    counted = changes(connection, contract, numbers) if numbers else {}
    for case in cases:
        case.resources = resource_counts(case, outcomes[case.number], counted)
    return loadable


def put_in_place(connection: duckdb.DuckDBPyConnection, loadable: Sequence[Case], before: Standing) -> None:
    """Loads the cases that `checked` yielded, within the transaction that is under way."""
    if loadable:
        contract, _ = loadable[0].arrival.delivery.sound()
        apply(connection, contract, [case.number for case in loadable])
        note_loaded(connection, [_now_loaded(case, before) for case in loadable])


def _now_loaded(case: Case, before: Standing) -> LoadedPlie:
    """What is loaded of the PLIE once the case is applied.

    The period covered is that of the last full delivery, extended by each delta whose own period meets it: a delta
    that leaves a gap says nothing about the days between.
    """
    _, descriptor = case.arrival.delivery.sound()
    start, end = descriptor.coverage_from, descriptor.coverage_to
    former = before.loaded.get(descriptor.plie_id)
    if former is not None and descriptor.mode == "delta":
        meets = start <= former.coverage_to + _DAY and end >= former.coverage_from - _DAY
        start = min(start, former.coverage_from) if meets else former.coverage_from
        end = max(end, former.coverage_to) if meets else former.coverage_to
    return LoadedPlie(
        plie_id=descriptor.plie_id,
        delivery_id=case.delivery_id,
        load_number=1 if former is None else former.load_number + 1,
        created_at=without_zone(descriptor.created_at),
        coverage_from=start,
        coverage_to=end,
    )
