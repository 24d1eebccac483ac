"""Between which values a quantity, or a rate of two, must lie for other claims to be true."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from quality.reconciliation.catalogue import is_whole
from quality.reconciliation.claims import Between
from quality.reconciliation.programme import Programme, Row, columns_of, is_impossible, solver_of

_INVERSE = "1 / denominator"
"""Name of the unknown that stands for one over the denominator; no quantity has a space in its name."""
_DIGITS = 7
"""Decimals of a bound: what lies beyond is the solver's own imprecision."""


def reach(programme: Programme, kept: Iterable[int], of: Between) -> tuple[Fraction | None, Fraction | None]:
    """Lowest and highest value of what `of` bounds, while these claims hold; None where nothing bounds it.

    The quantities are not held to whole numbers here, so that the true bounds may be a little narrower.
    """
    rows = programme.kept_rows(kept)
    if of.below is not None:
        rows = [each for row in rows for each in _over_denominator(row)]
        rows.append(Row(((of.below, 1),), Fraction(1), Fraction(1)))
    low, high = _extreme(rows, of, 1), _extreme(rows, of, -1)
    if of.below is None and all(is_whole(name) for name in of.above):
        low = None if low is None else Fraction(low.__ceil__())
        high = None if high is None else Fraction(high.__floor__())
    return low, high


def _over_denominator(row: Row) -> list[Row]:
    """The row with all quantities divided by the denominator: a rate is linear in these (Charnes and Cooper, 1962)."""
    rows = []
    if row.low is not None:
        rows.append(Row((*row.terms, (_INVERSE, -row.low)), Fraction(0), None))
    if row.high is not None:
        rows.append(Row((*row.terms, (_INVERSE, -row.high)), None, Fraction(0)))
    return rows


def _extreme(rows: list[Row], of: Between, sense: int) -> Fraction | None:
    """The least (`sense` 1) or greatest (-1) value; None where there is none, or where the rows cannot hold."""
    solver, columns = solver_of(rows), columns_of(rows)
    if any(name not in columns for name in of.above):
        return Fraction(0) if sense > 0 else None  # nothing speaks of it
    for name in of.above:
        solver.changeColCost(columns[name], float(sense))
    import highspy

    if is_impossible(solver) or solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return Fraction(str(round(of.factor * sense * solver.getObjectiveValue(), _DIGITS)))
