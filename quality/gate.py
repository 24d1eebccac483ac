"""The gate before a consolidation: runs every suite and the reconciliation on a year, and says if it may be frozen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse import reading, writing
from quality.page import write_page
from quality.reconciliation import reconcile_cells
from quality.results import CheckResult, GateResult, SuiteOutcome
from quality.storage import store
from quality.subjects import Row, rows
from quality.suites import SUITES, Suite
from quality.suites.expectations import import_great_expectations
from quality.validation import validate
from quality.verdicts import check_outcome, not_examined
from quality.waivers import waivers, with_answers
from quality.wording import NOT_EXAMINED

logger = logging.getLogger(__name__)

OnProgress = Callable[[int, int, str], None]
"""Says how far long work is: done, in all, what comes next."""


class NotBuilt(RuntimeError):
    """There are no marts to examine."""


def run_gate(
    settings: Settings,
    year: int,
    on_progress: OnProgress | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> GateResult:
    """Examines a year, keeps what was found (schema `quality`), and writes the page `quality.html`.

    The warehouse is only read while the suites run; it is written for an instant at the end.

    Raises:
        FileNotFoundError: nothing was ever loaded here.
        NotBuilt: nothing was ever built here.
        WarehouseBusy: another process writes.
    """
    started_at = _now()
    import_great_expectations()
    with reading(settings) as connection:
        result = examine_year(connection, settings, year, on_progress)
    with writing(settings, "keeping the results of the gate", on_wait) as connection:
        store(connection, result, started_at, _now())
        write_page(connection, settings, result)
    return result


def examine_year(
    connection: duckdb.DuckDBPyConnection, settings: Settings, year: int, on_progress: OnProgress | None = None
) -> GateResult:
    """Examines a year on an open connection, which may be read-only; nothing is written.

    The same warehouse gives the same results, wherever and whenever; only `run_id` differs.

    Raises:
        NotBuilt: the marts were never built here.
    """
    _refuse_unbuilt(connection, settings)
    steps = len(SUITES) + 1
    outcomes = []
    for done, suite in enumerate(SUITES):
        if on_progress:
            on_progress(done, steps, suite.name)
        outcomes.append(_examine_suite(connection, suite, year))
    if on_progress:
        on_progress(len(SUITES), steps, "reconciliation")
    outcomes.append(_reconcile(connection, year))
    if on_progress:
        on_progress(steps, steps, "done")
    results = tuple(result for outcome in outcomes for result in outcome.results)
    failing_rows = tuple(row for outcome in outcomes for row in outcome.failing_rows)
    return GateResult(
        run_id=f"{year}-{_now():%Y%m%dT%H%M%S%fZ}",
        year=year,
        results=with_answers(results, failing_rows, waivers(connection, year)),
        failing_rows=failing_rows,
    )


def _examine_suite(connection: duckdb.DuckDBPyConnection, suite: Suite, year: int) -> SuiteOutcome:
    """One suite: SQL gives the rows of its checks, Great Expectations judges them all at once."""
    by_check: dict[str, list[Row]] = {}
    for check in suite.checks:
        try:
            by_check[check.check_id] = rows(connection, check, year)
        except duckdb.Error:
            logger.exception("the rows of %s could not be made", check.check_id)
    everything = [row for found in by_check.values() for row in found]
    broken = validate(suite, everything)
    first_place = 0
    outcomes = []
    for check in suite.checks:
        found = by_check.get(check.check_id)
        if found is None or check.check_id in broken.errors:
            outcomes.append(SuiteOutcome((not_examined(check.check_id),)))
        else:
            places = {place - first_place for place in broken.rows.get(check.check_id, ())}
            outcomes.append(check_outcome(check, found, places, year))
        first_place += len(found or ())
    return SuiteOutcome(
        tuple(result for outcome in outcomes for result in outcome.results),
        tuple(row for outcome in outcomes for row in outcome.failing_rows),
    )


def _reconcile(connection: duckdb.DuckDBPyConnection, year: int) -> SuiteOutcome:
    try:
        return reconcile_cells(connection, year)
    except duckdb.Error:
        logger.exception("the figures of %s could not be reconciled", year)
    failed = CheckResult("reconciliation.run", "reconciliation", "blocking", "error", None, None, "", NOT_EXAMINED)
    return SuiteOutcome((failed,))


def _refuse_unbuilt(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    built = connection.execute(
        "select 1 from information_schema.tables where table_schema = 'marts' and table_name = 'indicators'"
    ).fetchone()
    if built is None:
        raise NotBuilt(f"Nothing was ever built in {settings.data}: run `plie build` first.")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
