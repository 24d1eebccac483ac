"""Words that compare (« plus de la moitié », « en baisse ») chosen by rule from the figures, or not said at all.

A claim that the figures do not bear raises `Unsayable`: the sentence that holds it is left out, or its next wording is
tried. Nothing here is true by habit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reporting.figures import Figure

STABLE_POINTS = 0.5
"""A percentage that moved by less, in points, is said to be stable."""

STABLE_PERCENT = 1.0
"""A count or a mean that moved by less, in percent, is said to be stable."""

NEAR = 3.0
"""How many points under a landmark a share may be and still be « near » it."""

OVER = 5.0
"""How many points over a landmark a share may be and still be « more than » it, and nothing better."""

EXACT = 0.5
"""Within this, in points, a share is said to be the landmark itself."""


class Unsayable(LookupError):
    """The figures do not exist, are hidden, or do not bear what the sentence would say."""


class Landmark(NamedTuple):
    """A share that has a name, with the words for just under it, at it, and over it."""

    percent: float
    near: str
    at: str
    over: str


LANDMARKS = (
    Landmark(10, "près d’un dixième", "un dixième", "plus d’un dixième"),
    Landmark(20, "près d’un cinquième", "un cinquième", "plus d’un cinquième"),
    Landmark(25, "près d’un quart", "un quart", "plus d’un quart"),
    Landmark(100 / 3, "près d’un tiers", "un tiers", "plus d’un tiers"),
    Landmark(50, "près de la moitié", "la moitié", "plus de la moitié"),
    Landmark(200 / 3, "près des deux tiers", "les deux tiers", "plus des deux tiers"),
    Landmark(75, "près des trois quarts", "les trois quarts", "plus des trois quarts"),
    Landmark(90, "près des neuf dixièmes", "les neuf dixièmes", "plus des neuf dixièmes"),
)


def value_of(figure: Figure | None) -> float:
    """Its value.

    Raises:
        Unsayable: it does not exist or is hidden.
    """
    if figure is None or figure.value is None:
        raise Unsayable
    return figure.value


def share_in_words(figure: Figure | None) -> str:
    """« plus de la moitié », « près d'un tiers »: the nearest landmark that the percentage stands at, near or over.

    Raises:
        Unsayable: no landmark is near enough to be honest.
    """
    percent = value_of(figure)
    nearest = min(LANDMARKS, key=lambda mark: abs(mark.percent - percent))
    gap = percent - nearest.percent
    if abs(gap) < EXACT:
        return nearest.at
    if 0 < gap <= OVER:
        return nearest.over
    if -NEAR <= gap < 0:
        return nearest.near
    raise Unsayable


def is_majority(figure: Figure | None) -> bool:
    """Whether it is said to be more than half: at least half a point over, so that its rounded figure agrees."""
    return value_of(figure) >= 50 + EXACT


def direction(figure: Figure | None) -> int:
    """1 where it rose against the year before, -1 where it fell, 0 where it is stable.

    Raises:
        Unsayable: there is no year before to compare with.
    """
    if figure is None or figure.change is None:
        raise Unsayable
    still = STABLE_POINTS if figure.indicator.unit == "percent" else STABLE_PERCENT
    if abs(figure.change) < still:
        return 0
    return 1 if figure.change > 0 else -1


def compared(one: Figure | None, other: Figure | None) -> int:
    """1 where the first percentage is over the second by more than what is called stable, -1 under, 0 neither."""
    gap = value_of(one) - value_of(other)
    return 0 if abs(gap) < STABLE_POINTS else (1 if gap > 0 else -1)


def run_length(series: Sequence[Figure]) -> int:
    """For how many years on end the figure has moved the way it moved last; 0 where it is stable.

    Raises:
        Unsayable: there is no last change.
    """
    if not series:
        raise Unsayable
    last = direction(series[-1])
    if last == 0:
        return 0
    length = 0
    for figure in reversed(series):
        if figure.change is None or direction(figure) != last:
            break
        length += 1
    return length


def is_extreme(series: Sequence[Figure]) -> int:
    """1 where the last figure is the highest of a series of four years or more, -1 the lowest, 0 neither.

    Raises:
        Unsayable: the series is shorter, or one of its figures is hidden.
    """
    if len(series) < 4:
        raise Unsayable
    values = [value_of(figure) for figure in series]
    if values[-1] == max(values) and values.count(values[-1]) == 1:
        return 1
    if values[-1] == min(values) and values.count(values[-1]) == 1:
        return -1
    return 0


OVERLAPPING = frozenset({"entries.by_situation", "exits.positive_rate_by_profile"})
"""Indicators whose categories do not share out a whole: what is hidden of one is not bounded by the others."""


def largest(figures: Sequence[Figure], n: int) -> tuple[Figure, ...]:
    """The `n` largest of the categories of an indicator, or all that are over zero where there are fewer.

    Raises:
        Unsayable: nothing is shown, or something that is hidden could be larger than the last of them.
    """
    known = sorted((figure for figure in figures if figure.value), key=lambda figure: -value_of(figure))[:n]
    if not known:
        raise Unsayable
    if any(figure.suppressed for figure in figures):
        shown = sum(figure.value or 0.0 for figure in figures)
        if known[0].indicator_id in OVERLAPPING or 100 - shown >= value_of(known[-1]):
            raise Unsayable
    return tuple(known)
