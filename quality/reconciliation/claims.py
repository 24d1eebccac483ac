"""What published figures claim of the exact quantities: one claim for each cell and precision, as an interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from quality.reconciliation.broken_cells import cell_label
from quality.reconciliation.catalogue import cells
from quality.reconciliation.figures import Figure
from quality.reconciliation.intervals import rounding_interval
from quality.reconciliation.meanings import Meaning, known_row, meaning_of
from quality.reconciliation.relations import Assumption, assumptions

Kind = Literal["figure", "base", "assumption"]


@dataclass(frozen=True)
class Between:
    """`low` <= `factor` * `above` / `below` < `high`; without `below`, of `above` alone. None: no such bound."""

    above: tuple[str, ...]
    below: str | None
    factor: int
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Claim:
    """What one or several figures in print say alike, or the number of PLIE beside them, or an assumption.

    Attributes:
        figures: those that say it, in the order of the file; for an assumption, the share that it rests on.
        between: what must be true of the quantities if the claim is.
    """

    kind: Kind
    figures: tuple[Figure, ...]
    between: Between
    assumption: Assumption | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(figure.figure_id for figure in self.figures)


@dataclass(frozen=True)
class Unplaced:
    """A figure that nothing could contradict, and why, in French."""

    figure: Figure
    why_fr: str


def with_known(figure: Figure) -> Figure:
    """The figure, completed with what its id tells: year, section, label, and that it is rounded to the thousand.

    A file says how many decimals stand in print; only who knows the figure can tell that 131 000 is rounded. So the
    coarser rounding of the seed holds as long as the value is a multiple of it.
    """
    if figure.indicator_id and not figure.label_fr:
        figure = replace(figure, label_fr=cell_label(figure.indicator_id, figure.category))
    row = known_row(figure.figure_id)
    if row is None:
        return figure
    coarse, decimals = int(row["decimals"]), figure.decimals
    if coarse < min(decimals, 0) and (figure.value * Fraction(10) ** coarse).denominator == 1:
        decimals = coarse
    return replace(
        figure,
        decimals=decimals,
        year=figure.year or int(row["reference_year"]),
        section=figure.section or row["section"],
        label_fr=figure.label_fr or row["label_fr"],
    )


def claims_of(
    figures: Iterable[Figure], supposing: bool = True
) -> tuple[dict[int | None, list[Claim]], list[Unplaced]]:
    """The claims of each year, and the figures that make none.

    Args:
        supposing: whether the assumptions of `relations.toml` are among the claims.

    Raises:
        FiguresError: nobody knows one of the figures, or its unit is not that of what it means.
    """
    placed: dict[int | None, list[tuple[Figure, Meaning]]] = {}
    unplaced: list[Unplaced] = []
    for figure in map(with_known, figures):
        meaning = meaning_of(figure)
        if isinstance(meaning, str):
            unplaced.append(Unplaced(figure, meaning))
        else:
            placed.setdefault(figure.year, []).append((figure, meaning))
    return {year: _claims(of_year, supposing) for year, of_year in placed.items()}, unplaced


def _claims(placed: Sequence[tuple[Figure, Meaning]], supposing: bool) -> list[Claim]:
    told: dict[tuple[Kind, Between], list[Figure]] = {}
    for figure, meaning in placed:
        low, high = rounding_interval(figure.value, figure.decimals)
        between = Between((meaning.above,), meaning.below, meaning.factor, low, high)
        told.setdefault(("figure", between), []).append(figure)
    for figure, meaning in placed:
        if figure.base is not None and meaning.base is not None:
            low, high = rounding_interval(Fraction(figure.base), 0)
            told.setdefault(("base", Between((meaning.base,), None, 1, low, high)), []).append(figure)
    claims = [Claim(kind, tuple(figures), between) for (kind, between), figures in told.items()]
    supposed = assumptions() if supposing else ()
    return claims + [one for assumption in supposed if (one := _assumed(assumption, placed))]


def _assumed(assumption: Assumption, placed: Sequence[tuple[Figure, Meaning]]) -> Claim | None:
    """The assumption as a claim; None where the share that it needs is not among the figures."""
    if assumption.near is None:
        between = Between(assumption.above, assumption.below, 100, assumption.at_least, None)
        return Claim("assumption", (), between, assumption)
    share = cells()[assumption.near]
    for figure, meaning in placed:
        if (meaning.above, meaning.below) == (share.numerator, share.denominator):
            low, high = rounding_interval(figure.value, figure.decimals)
            low, high = max(low - assumption.points, Fraction(0)), high + assumption.points
            between = Between(assumption.above, assumption.below, 100, low, high)
            return Claim("assumption", (figure,), between, assumption)
    return None
