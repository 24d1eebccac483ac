"""Reconciles published figures: which ones cannot stand together, and which would have to change, to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from quality.reconciliation.catalogue import read_seed, read_table
from quality.reconciliation.claims import Claim, Unplaced, claims_of
from quality.reconciliation.conflicts import Claims, conflicts_of, smallest_repairs
from quality.reconciliation.figures import Figure, FiguresError, read_figures
from quality.reconciliation.meanings import Meaning, meaning_of
from quality.reconciliation.programme import Programme
from quality.reconciliation.reach import reach
from quality.reconciliation.relations import relations, restating_sections
from quality.reconciliation.ties import apart

SHOWN_CONFLICTS = 5
"""Conflicts that are given for one figure to change."""


@dataclass(frozen=True)
class Change:
    """A claim that would have to be another one, and between which exact values, if all that is kept holds."""

    claim: Claim
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Conflict:
    """Claims that contradict the one to change, none of which can be spared, and what they give in its place."""

    against: tuple[Claim, ...]
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Contradiction:
    """One figure of the smallest repair: what it would have to be, and why.

    Attributes:
        conflicts: the shortest ones among figures that are kept.
        supposed: for each assumption in the conflicts, between which values its rate would lie without it.
    """

    year: int | None
    change: Change
    conflicts: tuple[Conflict, ...]
    supposed: tuple[Change, ...]


@dataclass(frozen=True)
class Swap:
    """Another repair as small: these changes in place of those, the rest being the same."""

    year: int | None
    instead_of: tuple[Claim, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Reconciliation:
    """What the figures of one set say of each other.

    Attributes:
        figures: all that were read, with the facts that were added to them.
        contradictions: together the fewest claims whose correction lets all others hold.
        swaps: other choices of as few.
        unplaced: figures that no other could contradict, with the reason.
    """

    figures: tuple[Figure, ...]
    contradictions: tuple[Contradiction, ...]
    swaps: tuple[Swap, ...]
    unplaced: tuple[Unplaced, ...]

    @property
    def holds(self) -> bool:
        """Whether all figures can be true together."""
        return not self.contradictions


def reconcile_published(path: Path, supposing: bool = True) -> Reconciliation:
    """Reads a file of published figures (`figures.read_figures`) and reconciles them (`reconcile_figures`).

    Raises:
        FiguresError: the file cannot be read as figures, or nobody knows what one of them means.
        OSError: it cannot be read.
    """
    return reconcile_figures(read_figures(path), supposing)


def figures_of_report(year: int) -> list[Figure]:
    """The figures that the repository holds of « rapport <year> », and all others that describe that year.

    Raises:
        FiguresError: it holds none.
    """
    rows = [
        row
        for row in read_seed("published_figures")
        if row["source"] == f"rapport {year}" or row["reference_year"] == str(year)
    ]
    if not rows:
        held = sorted({row["reference_year"] for row in read_seed("published_figures")})
        raise FiguresError(f"no published figure of {year} is held here: there are some of {', '.join(held)}")
    return [_figure_of_row(row) for row in rows]


def _figure_of_row(row: dict[str, str]) -> Figure:
    return Figure(
        figure_id=row["figure_id"],
        value=Fraction(row["value"]),
        unit=row["unit"],
        decimals=int(row["decimals"]),
        base=int(row["base_n_plie"]) if row.get("base_n_plie") else None,
        year=int(row["reference_year"]),
        section=row["section"],
        label_fr=row["label_fr"],
    )


def reconcile_figures(figures: Sequence[Figure], supposing: bool = True) -> Reconciliation:
    """Which figures cannot stand together, and the fewest that would have to change.

    Figures of different years are never compared: the PLIE behind them differ, and print does not say how.

    Args:
        supposing: whether to suppose what `relations.toml` says of what nobody published; without it, what is called
            a contradiction is one by arithmetic alone.

    Raises:
        FiguresError: nobody knows what one of them means.
    """
    told = [*figures, *_facts_beside(figures)]
    by_year, unplaced = claims_of(told, supposing)
    sums = [one for relation in relations() if relation.holds_in_print for one in relation.sums]
    contradictions: list[Contradiction] = []
    swaps: list[Swap] = []
    for year, claims in by_year.items():
        for tied_sums, tied_claims in apart(sums, claims):
            found = _Group(year, Programme(tied_sums, tied_claims), tied_claims)
            contradictions += found.contradictions()
            swaps += found.swaps()
    order = {figure.figure_id: at for at, figure in enumerate(told)}
    contradictions.sort(key=lambda each: (-(each.year or 0), order[each.change.claim.ids[0]]))
    return Reconciliation(tuple(told), tuple(contradictions), tuple(swaps), tuple(unplaced))


def _facts_beside(figures: Sequence[Figure]) -> list[Figure]:
    """What the repository knows besides (`facts.csv`) of cells that a figure of the same known report gives."""
    given = {(figure.figure_id, figure.year) for figure in figures}
    known = {row["figure_id"]: row for row in read_seed("published_figures")}
    facts = []
    for row in read_table("facts.csv"):
        fact = _figure_of_row(row)
        meaning = meaning_of(fact)
        beside = any(
            (figure.year in (None, fact.year))
            and known.get(figure.figure_id, {}).get("reference_year") == row["reference_year"]
            and not figure.indicator_id
            and _same_quantity(meaning_of(figure), meaning)
            for figure in figures
        )
        if beside and not any(figure_id == fact.figure_id for figure_id, _ in given):
            facts.append(fact)
    return facts


def _same_quantity(one: Meaning | str, other: Meaning | str) -> bool:
    return (
        isinstance(one, Meaning) and isinstance(other, Meaning) and (one.above, one.below) == (other.above, other.below)
    )


class _Group:
    """The claims of one year that relations tie to one another, and the fewest of them to correct."""

    def __init__(self, year: int | None, programme: Programme, claims: Sequence[Claim]) -> None:
        self._year, self._programme, self._claims = year, programme, claims
        same_cell = Counter((claim.between.above, claim.between.below) for claim in claims)
        self._costs = {at: _cost(claim, same_cell) for at, claim in enumerate(claims) if claim.kind != "assumption"}
        self._repairs = smallest_repairs(programme, self._costs)
        self._kept = frozenset(range(len(claims))) - self._repairs.cheapest

    def contradictions(self) -> list[Contradiction]:
        return [self._contradiction(number) for number in sorted(self._repairs.cheapest)]

    def _contradiction(self, number: int) -> Contradiction:
        conflicts = conflicts_of(self._programme, self._kept | {number}, number, SHOWN_CONFLICTS)
        assumed = sorted({each for conflict in conflicts for each in conflict if each not in self._costs})
        shortest = {each: next(conflict for conflict in conflicts if each in conflict) for each in assumed}
        return Contradiction(
            year=self._year,
            change=self._change(self._kept, number),
            conflicts=tuple(self._conflict(conflict - {number}, number) for conflict in conflicts),
            supposed=tuple(self._change(conflict - {each}, each) for each, conflict in shortest.items()),
        )

    def _conflict(self, against: Claims, number: int) -> Conflict:
        given = self._change(against, number)
        return Conflict(tuple(self._claims[other] for other in sorted(against)), given.low, given.high)

    def _change(self, kept: Claims, number: int) -> Change:
        claim = self._claims[number]
        return Change(claim, *reach(self._programme, kept, claim.between))

    def swaps(self) -> list[Swap]:
        found = []
        for out, taken in self._repairs.swaps:
            kept = self._kept | out - taken
            changes = tuple(self._change(kept - {number}, number) for number in sorted(taken))
            found.append(Swap(self._year, tuple(self._claims[number] for number in sorted(out)), changes))
        return found


def _cost(claim: Claim, same_cell: Counter[tuple[tuple[str, ...], str | None]]) -> int:
    """What correcting a claim costs. The fewest claims come first; the rest only chooses among as few.

    A rate is computed from counts, and more often wrong than they; what is printed in several places less often. A
    synthesis or a conclusion says again what a section says first, and gives way to it.
    """
    cost = 1000 + 4 * (len(claim.figures) - 1)
    if claim.kind == "base":
        cost += 50
    elif claim.between.below is None:
        cost += 30
    if claim.figures[0].section in restating_sections():
        cost -= 20 if same_cell[claim.between.above, claim.between.below] > 1 else 5
    return cost
