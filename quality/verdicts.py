"""Turns judged rows into results: one for each check and PLIE, with the worst row as its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from ingestion.acknowledgement.wording import typeset
from quality.catalogue import CatalogueEntry, catalogue
from quality.results import CheckResult, FailingRow, SuiteOutcome
from quality.subjects import Row
from quality.suites import Check
from quality.wording import NOT_APPLICABLE, NOT_EXAMINED, limits, message


def check_outcome(check: Check, rows: Sequence[Row], broken: Collection[int], year: int) -> SuiteOutcome:
    """What one check says of the nation and of each PLIE.

    Args:
        rows: every row of the check, in a fixed order.
        broken: places in `rows` of those that break it.
    """
    entry = catalogue()[check.check_id]
    by_plie: dict[str | None, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_plie[row.plie_id].append(place)
    results = []
    failing_rows = []
    for plie_id in sorted(by_plie, key=lambda plie_id: plie_id or ""):
        places = by_plie[plie_id]
        failing = _worst_first([rows[place] for place in places if place in broken], check, entry)
        results.append(_result(check, entry, plie_id, [rows[place] for place in places], failing, year))
        failing_rows += [
            FailingRow(check.check_id, plie_id, typeset(row.label_fr), row.observed, _expected(check, entry, row))
            for row in failing
        ]
    if not results:
        results = [_without_row(entry, "not_applicable")]
    return SuiteOutcome(tuple(results), tuple(failing_rows))


def not_examined(check_id: str) -> CheckResult:
    """The result of a check that could not be run."""
    return _without_row(catalogue()[check_id], "error")


def _without_row(entry: CatalogueEntry, status: str) -> CheckResult:
    return CheckResult(
        check_id=entry.check_id,
        suite=entry.suite,
        severity=entry.severity,
        status="error" if status == "error" else "not_applicable",
        plie_id=None,
        observed=None,
        expected="",
        message_fr=typeset(NOT_EXAMINED if status == "error" else NOT_APPLICABLE),
    )


def _result(
    check: Check, entry: CatalogueEntry, plie_id: str | None, rows: Sequence[Row], failing: Sequence[Row], year: int
) -> CheckResult:
    judged = [row for row in rows if row.judged(check) is not None]
    shown = (failing or _worst_first(judged, check, entry) or rows)[0]
    expected = _expected(check, entry, shown)
    said = "" if judged else typeset(NOT_APPLICABLE)
    return CheckResult(
        check_id=entry.check_id,
        suite=entry.suite,
        severity=entry.severity,
        status="fail" if failing else "pass" if judged else "not_applicable",
        plie_id=plie_id,
        observed=shown.observed if judged else None,
        expected=expected if judged else "",
        message_fr=message(entry, shown, expected, year, len(failing)) if failing else said,
        n_rows=len(failing),
    )


def _expected(check: Check, entry: CatalogueEntry, row: Row) -> str:
    lower, upper = _limits(check, entry, row)
    return typeset(limits(lower, upper, entry.unit))


def _limits(check: Check, entry: CatalogueEntry, row: Row) -> tuple[float | None, float | None]:
    """Limits in the unit of the observed value: the row's own, else those of the catalogue where they hold for it."""
    if check.judged == "deviation":
        return row.lower, row.upper
    return entry.minimum, entry.maximum


def _worst_first(rows: Sequence[Row], check: Check, entry: CatalogueEntry) -> list[Row]:
    """The row that lies furthest outside of its limits first; the given order where they lie equally far."""

    def beyond(row: Row) -> float:
        if check.judged == "deviation":
            return abs(row.deviation or 0)
        value = row.observed or 0
        return max(
            value - entry.maximum if entry.maximum is not None else float("-inf"),
            entry.minimum - value if entry.minimum is not None else float("-inf"),
        )

    return sorted(rows, key=beyond, reverse=True)
