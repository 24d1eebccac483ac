"""Whether claims can be true together: linear programmes over whole numbers and amounts, solved by HiGHS.

The quantities are unknown. The relations always hold; a claim holds where it is kept. Nothing is called impossible
without a proof: a search that runs out of time counts as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from quality.reconciliation.catalogue import is_whole
from quality.reconciliation.claims import Between, Claim
from quality.reconciliation.relations import Sum
from quality.reconciliation.ties import apart

SECONDS = 5.0
"""Longest search for whole numbers in one question."""
OPEN = Fraction(1, 10**6)
"""How far an amount that is not whole must stay from an excluded bound."""
_FEASIBILITY = 1e-9


@dataclass(frozen=True)
class Row:
    """`low` <= sum of coefficient * quantity <= `high`; `claim` is the number of its claim, None if it always holds."""

    terms: tuple[tuple[str, Fraction | int], ...]
    low: Fraction | None
    high: Fraction | None
    claim: int | None = None


def rows_of_between(between: Between, claim: int) -> list[Row]:
    """The bounds of a claim as rows. A ratio between constants is linear in its two quantities."""
    if between.below is None:
        terms = dict.fromkeys(between.above, Fraction(between.factor))
        return [Row(*_whole_coefficients(terms, between.low, between.high), claim)]
    above = {name: Fraction(between.factor) for name in between.above}
    rows = [Row(((between.below, 1),), Fraction(1), None, claim)]
    if between.low is not None:
        rows.append(Row(*_whole_coefficients({**above, between.below: -between.low}, Fraction(0), None), claim))
    if between.high is not None:
        rows.append(Row(*_whole_coefficients({**above, between.below: -between.high}, None, Fraction(0)), claim))
    return rows


def _whole_coefficients(
    terms: dict[str, Fraction], low: Fraction | None, high: Fraction | None
) -> tuple[tuple[tuple[str, Fraction | int], ...], Fraction | None, Fraction | None]:
    """The same row in whole coefficients; `high` is excluded before and included after.

    Over whole quantities a sum of whole coefficients is whole: below 7 then means at most 6, with nothing lost.
    """
    scale = lcm(*(coefficient.denominator for coefficient in terms.values()))
    whole = tuple((name, int(coefficient * scale)) for name, coefficient in sorted(terms.items()))
    is_exact = all(is_whole(name) for name in terms)
    if low is not None:
        low = Fraction((low * scale).__ceil__()) if is_exact else low * scale
    if high is not None:
        high = Fraction((high * scale).__ceil__() - 1) if is_exact else high * scale - OPEN * scale
    return whole, low, high


class Programme:
    """The relations and the claims of one year as rows over the same unknown quantities."""

    def __init__(self, sums: Sequence[Sum], claims: Sequence[Claim]) -> None:
        self.n_claims = len(claims)
        self._sums, self._claims = sums, claims
        self._rows = rows_of(sums, enumerate(claims))
        self._kept: frozenset[int] = frozenset(range(self.n_claims))
        self._linear = solver_of(self._rows)
        self._linear.setOptionValue("presolve", "off")  # it is asked for the proof of what is impossible
        self._possible: dict[frozenset[int], bool] = {}
        self._holding: dict[frozenset[int], bool] = {}

    def holds(self, kept: Iterable[int]) -> bool:
        """Whether these claims can be true together, with whole numbers where things are counted."""
        asked = frozenset(kept)
        if asked not in self._holding:
            self._holding[asked] = self.is_possible(asked) and self._holds_in_whole_numbers(asked)
        return self._holding[asked]

    def is_possible(self, kept: Iterable[int]) -> bool:
        """The same without whole numbers: much faster, and nearly always the same answer."""
        asked = frozenset(kept)
        if asked not in self._possible:
            self._keep(asked)
            self._possible[asked] = not is_impossible(self._linear)
        return self._possible[asked]

    def _keep(self, kept: frozenset[int]) -> None:
        import highspy

        changed = kept ^ self._kept
        for at, row in enumerate(self._rows):
            if row.claim in changed:
                low, high = bounds(row) if row.claim in kept else (-highspy.kHighsInf, highspy.kHighsInf)
                self._linear.changeRowBounds(at, low, high)
        self._kept = kept

    def _holds_in_whole_numbers(self, asked: frozenset[int]) -> bool:
        """Asked of each group of claims that something ties, with no more unknowns than it needs: most are tiny."""
        import highspy

        for sums, claims in apart(self._sums, [self._claims[number] for number in sorted(asked)]):
            rows = rows_of(sums, enumerate(claims))
            solver = solver_of(rows)
            solver.setOptionValue("time_limit", SECONDS)
            for name, at in columns_of(rows).items():
                if is_whole(name):
                    solver.changeColIntegrality(at, highspy.HighsVarType.kInteger)
            if is_impossible(solver):
                return False
        return True

    def conflict_within(self, kept: Iterable[int]) -> frozenset[int] | None:
        """Some of these claims that cannot be true together, none of which can be spared; None if all can."""
        asked = frozenset(kept)
        if self.is_possible(asked):
            return None if self.holds(asked) else self._without_spare(asked, self.holds)
        return self._without_spare(self._without_spare(self._proof(asked), self.is_possible), self.holds)

    def _without_spare(self, core: frozenset[int], holds: Callable[[frozenset[int]], bool]) -> frozenset[int]:
        for claim in sorted(core, reverse=True):
            if not holds(core - {claim}):
                core = core - {claim}
        return core

    def _proof(self, asked: frozenset[int]) -> frozenset[int]:
        """The claims in the solver's proof that these are impossible, if it gives one that stands; else all of them."""
        self._keep(asked)
        is_impossible(self._linear)
        _, has_ray, ray = self._linear.getDualRay()
        if not has_ray:
            return asked
        used = {row.claim for row, weight in zip(self._rows, ray, strict=True) if abs(weight) > _FEASIBILITY}
        core = frozenset(claim for claim in used if claim is not None)
        return asked if self.is_possible(core) else core

    def kept_rows(self, kept: Iterable[int]) -> list[Row]:
        """The relations, and the rows of these claims."""
        asked = frozenset(kept)
        return [row for row in self._rows if row.claim is None or row.claim in asked]


def rows_of(sums: Iterable[Sum], claims: Iterable[tuple[int, Claim]]) -> list[Row]:
    """The relations as rows, then those of each numbered claim."""
    rows = [Row(one.terms, Fraction(0) if one.sign == "=" else None, Fraction(0)) for one in sums]
    return rows + [row for number, claim in claims for row in rows_of_between(claim.between, number)]


def columns_of(rows: Iterable[Row]) -> dict[str, int]:
    """The place of each unknown, by name."""
    return {name: at for at, name in enumerate(sorted({name for row in rows for name, _ in row.terms}))}


def solver_of(rows: Sequence[Row]) -> Any:
    """A solver with these rows over unknowns none of which is negative."""
    import highspy
    import numpy

    solver, columns = quiet_solver(), columns_of(rows)
    solver.addVars(len(columns), numpy.zeros(len(columns)), numpy.full(len(columns), highspy.kHighsInf))
    for row in rows:
        indices = numpy.array([columns[name] for name, _ in row.terms], dtype=numpy.int32)
        coefficients = numpy.array([float(coefficient) for _, coefficient in row.terms])
        solver.addRow(*bounds(row), len(row.terms), indices, coefficients)
    return solver


def quiet_solver() -> Any:
    """A solver that prints nothing: the constructor of `highspy.Highs` greets before it can be told to be silent."""
    import highspy

    class Quiet(highspy.Highs):  # type: ignore[misc]
        def __init__(self) -> None:
            super(highspy.Highs, self).__init__()
            self.setOptionValue("output_flag", False)

    solver = Quiet()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("primal_feasibility_tolerance", _FEASIBILITY)
    solver.setOptionValue("mip_feasibility_tolerance", _FEASIBILITY)
    return solver


def bounds(row: Row) -> tuple[float, float]:
    """The bounds of a row as the solver wants them."""
    import highspy

    low = -highspy.kHighsInf if row.low is None else float(row.low)
    return low, highspy.kHighsInf if row.high is None else float(row.high)


def is_impossible(solver: Any) -> bool:
    """Whether the solver proves that nothing satisfies its rows."""
    import highspy

    solver.run()
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible)
