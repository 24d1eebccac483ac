"""Waivers: answers that a person gives to failing warnings before an edition is frozen, kept with who, when and why.

An answer is given to what failed, not to the check for ever: it holds while every row that fails is one that it
answered, with about the value that it had then. A new failing row, or another value, asks again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import duckdb

from ingestion.gate.privacy import is_clean
from ingestion.settings import Settings
from ingestion.table_definitions import create, describe
from ingestion.transaction import atomically
from ingestion.warehouse import writing
from quality.catalogue import catalogue
from quality.page import write_page
from quality.results import CheckResult, FailingRow, GateResult
from quality.storage import last_run

TOLERANCE = 0.1
"""How far, as a part of the answered value, a value may move before it asks again."""

LONGEST_REASON = 500
"""Characters; the reason is printed in an annex of the report."""

TABLE = """
create schema if not exists consolidation;
create table if not exists consolidation.waivers (
    check_id varchar not null,
    year integer not null,
    plie_id varchar,
    reason varchar not null,
    waived_by varchar not null,
    waived_at timestamp not null,
    answered struct(label varchar, observed double)[] not null
);
"""

COMMENTS = {
    "consolidation.waivers": "One row per answer, never changed: the last of each check and PLIE counts.",
    "consolidation.waivers.check_id": "Check that warned.",
    "consolidation.waivers.year": "Year that was examined.",
    "consolidation.waivers.plie_id": "PLIE whose warning it answers; null for the one of the nation.",
    "consolidation.waivers.reason": "Why the warning stands; printed in an annex of the report.",
    "consolidation.waivers.waived_by": "Who answered.",
    "consolidation.waivers.waived_at": "When, in UTC.",
    "consolidation.waivers.answered": "Rows that failed then, with their values.",
}


class NotWaivable(RuntimeError):
    """There is nothing to answer, or this answer cannot be taken; the message says why."""


@dataclass(frozen=True)
class Waiver:
    """One answer, with the values of the rows that it was given to."""

    check_id: str
    plie_id: str | None
    reason: str
    answered: Mapping[str, float | None]

    def holds(self, rows: Iterable[FailingRow]) -> bool:
        """Whether every failing row is one that was answered, with about the same value."""
        return all(row.label in self.answered and _is_about(row.observed, self.answered[row.label]) for row in rows)


def _is_about(now: float | None, then: float | None) -> bool:
    if now is None or then is None:
        return now is then
    return abs(now - then) <= TOLERANCE * abs(then)


def create_waivers(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the table of waivers where it is not there."""
    create(connection, TABLE)
    describe(connection, COMMENTS)


def waivers(connection: duckdb.DuckDBPyConnection, year: int) -> list[Waiver]:
    """The answer that counts for each check and PLIE of a year; none where nobody ever answered."""
    known = connection.execute(
        "select 1 from duckdb_tables()"
        " where database_name = current_database() and schema_name = 'consolidation' and table_name = 'waivers'"
    ).fetchone()
    if known is None:
        return []
    found = connection.execute(
        "select check_id, plie_id, arg_max(reason, (waived_at, rowid)), arg_max(answered, (waived_at, rowid))"
        " from consolidation.waivers where year = ? group by check_id, plie_id order by check_id, plie_id",
        [year],
    ).fetchall()
    return [
        Waiver(check_id, plie_id, reason, {row["label"]: row["observed"] for row in answered})
        for check_id, plie_id, reason, answered in found
    ]


def with_answers(
    results: Sequence[CheckResult], failing_rows: Sequence[FailingRow], given: Collection[Waiver]
) -> tuple[CheckResult, ...]:
    """The results with the answers that hold; a blocking failure takes none."""
    rows: dict[tuple[str, str | None], list[FailingRow]] = defaultdict(list)
    for row in failing_rows:
        rows[row.check_id, row.plie_id].append(row)
    by_key = {(waiver.check_id, waiver.plie_id): waiver for waiver in given}

    def answered(result: CheckResult) -> CheckResult:
        waiver = by_key.get((result.check_id, result.plie_id))
        is_warning = result.status == "fail" and result.severity == "warning"
        if waiver is None or not is_warning or not waiver.holds(rows[result.check_id, result.plie_id]):
            return replace(result, waived_reason=None)
        return replace(result, waived_reason=waiver.reason)

    return tuple(answered(result) for result in results)


def waive(
    settings: Settings,
    check_id: str,
    year: int,
    plie_id: str | None,
    reason: str,
    who: str,
    on_wait: Callable[[str], None] | None = None,
) -> GateResult:
    """Keeps the answer to one failing warning of the last run of a year, and writes the page of results anew.

    Returns:
        That last run, with every answer that holds.

    Raises:
        NotWaivable: the check is unknown, is blocking or does not fail there; no run is known; words cannot be kept.
        WarehouseBusy: another process writes to the warehouse.
    """
    return waive_each(settings, year, [(check_id, plie_id)], reason, who, on_wait)


def waive_each(
    settings: Settings,
    year: int,
    warnings: Collection[tuple[str, str | None]],
    reason: str,
    who: str,
    on_wait: Callable[[str], None] | None = None,
) -> GateResult:
    """Gives one answer to several failing warnings (check, PLIE) of a year: to all of them or, on error, to none.

    Raises: as `waive`.
    """
    _refuse_words(reason, who)
    with writing(settings, "answering a warning", on_wait) as connection:
        run = last_run(connection, year)
        if run is None:
            raise NotWaivable(f"No run of the gate is known for {year}: run `plie check {year}` first.")
        moment = datetime.now(UTC).replace(tzinfo=None)
        rows = [
            [check_id, year, plie_id, reason.strip(), who.strip(), moment, _answerable(run, check_id, plie_id)]
            for check_id, plie_id in dict.fromkeys(warnings)
        ]
        create_waivers(connection)
        with atomically(connection):
            connection.executemany("insert into consolidation.waivers values (?, ?, ?, ?, ?, ?, ?)", rows)
        run = replace(run, results=with_answers(run.results, run.failing_rows, waivers(connection, year)))
        write_page(connection, settings, run)
    return run


def _refuse_words(reason: str, who: str) -> None:
    if not reason.strip() or not who.strip():
        raise NotWaivable("An answer needs a reason and a name.")
    if len(reason) > LONGEST_REASON:
        raise NotWaivable(f"A reason has {LONGEST_REASON} characters at most: it is printed in the report.")
    if not is_clean(reason) or not is_clean(who):
        raise NotWaivable(
            "The reason is kept and printed: it may hold no telephone number, address or other personal number."
        )


def _answerable(run: GateResult, check_id: str, plie_id: str | None) -> list[dict[str, Any]]:
    """The rows of a failing warning that an answer is given to."""
    known = {result.check_id for result in run.results} | set(catalogue())
    if check_id not in known:
        raise NotWaivable(f"There is no check {check_id}. `plie check {run.year}` lists those that fail.")
    failing = [result for result in run.results if result.check_id == check_id and result.status in ("fail", "error")]
    found = next((result for result in failing if result.plie_id == plie_id), None)
    if found is None:
        where = ", ".join(result.plie_id or "the nation" for result in failing)
        of_whom = plie_id or "the nation (no --plie)"
        elsewhere = f"it fails for: {where}" if where else "nor does it for anyone else"
        raise NotWaivable(f"{check_id} does not fail for {of_whom} in {run.year}; {elsewhere}.")
    if found.severity == "blocking" or found.status == "error":
        raise NotWaivable(f"{check_id} stops an edition: it cannot be answered, only put right.")
    return [
        {"label": row.label, "observed": row.observed}
        for row in run.failing_rows
        if row.check_id == check_id and row.plie_id == plie_id
    ]
