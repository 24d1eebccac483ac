"""Takes one group of deliveries, of one contract version and of different PLIE, into the warehouse: all or nothing.

Here the order of the gate is kept (transfer contract §3): transfer and privacy rules have spoken when a delivery was
read; duplicates and stale ones stop next; then rows are checked, volume is looked at, and what remains is loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from ingestion.gate.finding import Finding, found, in_catalogue_order
from ingestion.gate.reading import Delivery
from ingestion.gate.row_checks import Member, check_rows, forget
from ingestion.gate.row_results import RowOutcome, row_outcomes
from ingestion.loading.applying import Changes, apply, changes
from ingestion.loading.filing import discard_aside, write_aside
from ingestion.loading.landing import Landed
from ingestion.loading.ledger import LedgerEntry, ResourceCounts, record
from ingestion.loading.names import acknowledgement_name, delivery_id, kept_name
from ingestion.loading.pseudonym import keep_keyed
from ingestion.loading.standing import LoadedPlie, Standing, note_loaded, standing
from ingestion.settings import Settings

_NOT_KEPT = ("T01", "T02")
"""A delivery that could not be opened could not be scanned either, and is not kept (transfer contract §4)."""
_DAY = timedelta(days=1)
_ROOM = {"accepted": "archive", "accepted_with_rejects": "archive", "stale": "archive", "refused": "quarantine"}


@dataclass(frozen=True)
class Arrival:
    """A delivery that was read from landing; `received_at` is UTC without zone, in whole seconds."""

    landed: Landed
    delivery: Delivery
    received_at: datetime


@dataclass
class _Case:
    """What is known of one arrival while its group is judged."""

    arrival: Arrival
    number: int
    status: str
    delivery_id: str
    findings: tuple[Finding, ...]
    resources: tuple[ResourceCounts, ...] = ()


def load_group(
    connection: duckdb.DuckDBPyConnection, settings: Settings, arrivals: Sequence[Arrival]
) -> list[LedgerEntry]:
    """Judges and loads a group in one transaction, ledger included; acknowledgements are written aside before it ends.

    Returns:
        The ledger entries, in the order of the arrivals; their files and acknowledgements are still to be filed.

    Raises:
        duckdb.Error, OSError: the group could not be loaded; nothing of it is.
    """
    entries: list[LedgerEntry] = []
    connection.begin()
    try:
        before = standing(
            connection,
            settings,
            {arrival.landed.plie_id for arrival in arrivals},
            {arrival.delivery.sha256 for arrival in arrivals},
        )
        cases = _first_verdicts(arrivals, before)
        _check_and_apply(connection, [case for case in cases if case.status == "accepted"], before)
        entries = _as_entries(cases, before)
        record(connection, entries)
        for entry in entries:
            write_aside(settings, entry)
        connection.commit()
    except BaseException:
        with suppress(duckdb.Error):
            connection.rollback()
        for entry in entries:
            discard_aside(settings, entry)
        raise
    finally:
        with suppress(duckdb.Error):
            forget(connection)
    return entries


def _first_verdicts(arrivals: Sequence[Arrival], before: Standing) -> list[_Case]:
    """`refused`, `duplicate`, `stale`, or `accepted` until its rows say otherwise."""
    taken = set(before.taken)
    cases = []
    for number, arrival in enumerate(arrivals):
        plie_id, delivery = arrival.landed.plie_id, arrival.delivery
        findings = (*delivery.findings, *_without_base(delivery, plie_id, before))
        status = _first_status(delivery, plie_id, findings, before)
        identifier = delivery_id(arrival.landed.name, delivery.sha256, is_duplicate=status == "duplicate", taken=taken)
        taken.add(identifier)
        cases.append(_Case(arrival, number, status, identifier, findings if status == "refused" else ()))
    return cases


def _without_base(delivery: Delivery, plie_id: str, before: Standing) -> list[Finding]:
    """T13: a delta needs something of this PLIE to apply to."""
    is_delta = delivery.descriptor is not None and delivery.descriptor.mode == "delta"
    return [found("T13")] if is_delta and plie_id not in before.loaded else []


def _first_status(delivery: Delivery, plie_id: str, findings: Sequence[Finding], before: Standing) -> str:
    same = (plie_id, delivery.sha256)
    if same in before.settled or (findings and same in before.received):
        return "duplicate"
    if findings:
        return "refused"
    loaded = before.loaded.get(plie_id)
    _, descriptor = delivery.sound()
    if loaded is not None and _naive(descriptor.created_at) <= loaded.created_at:
        return "stale"
    return "accepted"


def _check_and_apply(connection: duckdb.DuckDBPyConnection, cases: Sequence[_Case], before: Standing) -> None:
    """Rows, then volume, then loading; notes on each case what became of it."""
    if not cases:
        return
    contract, _ = cases[0].arrival.delivery.sound()
    members = [_member(case) for case in cases]
    check_rows(connection, contract, members, loaded="raw", keep=keep_keyed)
    outcomes = row_outcomes(connection, contract, members)
    for case in cases:
        outcome = outcomes[case.number]
        case.findings = outcome.findings
        if outcome.is_refused:
            case.status = "refused"
        elif any(outcome.rejected.values()):
            case.status = "accepted_with_rejects"
    # The volume rule (V01) comes here, once it is known how many parcours would be loaded.
    loadable = [case for case in cases if case.status != "refused"]
    numbers = [case.number for case in loadable]
    counted = changes(connection, contract, numbers) if numbers else {}
    for case in cases:
        case.resources = _counts(case, outcomes[case.number], counted)
    if numbers:
        apply(connection, contract, numbers)
        note_loaded(connection, [_now_loaded(case, before) for case in loadable])


def _member(case: _Case) -> Member:
    _, descriptor = case.arrival.delivery.sound()
    return Member(
        number=case.number,
        plie_id=descriptor.plie_id,
        created_on=descriptor.created_at.date(),
        mode=descriptor.mode,
        tables=case.arrival.delivery.tables,
        delivery_id=case.delivery_id,
    )


def _counts(case: _Case, outcome: RowOutcome, counted: Mapping[tuple[int, str], Changes]) -> tuple[ResourceCounts, ...]:
    """Counts of each file that the delivery holds, and of each that it changes by what it takes away."""
    contract, descriptor = case.arrival.delivery.sound()
    counts = []
    for name in contract.allowed_resources(descriptor.mode):
        received, rejected = outcome.received.get(name, 0), outcome.rejected.get(name, 0)
        change = counted.get((case.number, name), Changes())
        if name in contract.delta_resources and case.status != "refused":
            change = Changes(loaded=received - rejected)
        if name in outcome.received or change != Changes():
            counts.append(
                ResourceCounts(
                    name,
                    received=received,
                    loaded=change.loaded,
                    rejected=rejected,
                    added=change.added,
                    changed=change.changed,
                    removed=change.removed,
                )
            )
    return tuple(counts)


def _now_loaded(case: _Case, before: Standing) -> LoadedPlie:
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
        created_at=_naive(descriptor.created_at),
        coverage_from=start,
        coverage_to=end,
    )


def _as_entries(cases: Sequence[_Case], before: Standing) -> list[LedgerEntry]:
    taken = set(before.taken)
    entries = []
    for case in cases:
        entry = _as_entry(case, taken)
        taken |= {
            f"outbox/{entry.plie_id}/{entry.acknowledged_as}",
            f"{entry.kept_in}/{entry.plie_id}/{entry.kept_as}",
        }
        entries.append(entry)
    return entries


def _as_entry(case: _Case, taken: Collection[str]) -> LedgerEntry:
    landed, delivery = case.arrival.landed, case.arrival.delivery
    descriptor, contract = delivery.descriptor, delivery.contract
    room = None if any(finding.rule in _NOT_KEPT for finding in case.findings) else _ROOM.get(case.status)

    def taken_in(folder: str) -> set[str]:
        start = f"{folder}/{landed.plie_id}/"
        return {name.removeprefix(start) for name in taken if name.startswith(start)}

    return LedgerEntry(
        delivery_id=case.delivery_id,
        plie_id=landed.plie_id,
        file_name=landed.name,
        sha256=delivery.sha256,
        bytes=delivery.size,
        received_at=case.arrival.received_at,
        status=case.status,
        acknowledged_as=acknowledgement_name(
            landed.name, case.delivery_id, is_duplicate=case.status == "duplicate", taken=taken_in("outbox")
        ),
        contract=contract.version if contract else None,
        mode=descriptor.mode if descriptor else None,
        created_at=_naive(descriptor.created) if descriptor and descriptor.created else None,
        coverage_from=descriptor.coverage_from if descriptor else None,
        coverage_to=descriptor.coverage_to if descriptor else None,
        producer_name=descriptor.producer_name if descriptor else None,
        producer_version=descriptor.producer_version if descriptor else None,
        kept_in=room,
        kept_as=kept_name(landed.name, case.delivery_id, taken_in(room)) if room else None,
        resources=case.resources,
        findings=tuple(in_catalogue_order(case.findings, tuple(contract.resources) if contract else ())),
    )


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
