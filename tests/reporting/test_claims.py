"""Words that compare are true of the figures, or are not said."""

from dataclasses import replace

import pytest

from reporting import claims
from reporting.claims import Unsayable
from reporting.figures import Figure
from tests.reporting.an_edition import made_figures

FIGURES = made_figures()
SHARE = FIGURES.find("entries.by_sex", "F")
COUNT = FIGURES.find("entries.total")
assert SHARE is not None
assert COUNT is not None


def share(value: float | None, **changes: object) -> Figure:
    assert SHARE is not None
    return replace(SHARE, value=value, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (51.7, "plus de la moitié"),
        (50.2, "la moitié"),
        (48.0, "près de la moitié"),
        (32.0, "près d’un tiers"),
        (28.1, "plus d’un quart"),
        (64.0, "près des deux tiers"),
        (88.0, "près des neuf dixièmes"),
        (54.9, "plus de la moitié"),
    ],
)
def test_a_share_is_named_by_the_landmark_that_it_stands_at(percent: float, words: str) -> None:
    assert claims.share_in_words(share(percent)) == words


@pytest.mark.parametrize("percent", [None, 43.9, 61.0, 4.0, 98.0])
def test_a_share_that_is_near_no_landmark_is_not_named(percent: float | None) -> None:
    with pytest.raises(Unsayable):
        claims.share_in_words(share(percent))


def test_whatever_is_said_of_a_share_is_true_of_it() -> None:
    for tenth in range(1001):
        percent = tenth / 10
        try:
            words = claims.share_in_words(share(percent))
        except Unsayable:
            continue
        (landmark,) = (one for one in claims.LANDMARKS if words in (one.near, one.at, one.over))
        if words == landmark.over:
            assert percent > landmark.percent
        if words == landmark.near:
            assert percent < landmark.percent


@pytest.mark.parametrize(("percent", "expected"), [(50.4, False), (50.5, True), (51.7, True), (49.6, False)])
def test_a_majority_is_one_after_rounding_too(percent: float, expected: bool) -> None:
    assert claims.is_majority(share(percent)) is expected


@pytest.mark.parametrize(("change", "expected"), [(0.49, 0), (-0.49, 0), (0.5, 1), (-0.8, -1)])
def test_a_percentage_moves_from_half_a_point_on(change: float, expected: int) -> None:
    assert claims.direction(share(50, change_points=change)) == expected


def test_a_count_moves_from_one_percent_on() -> None:
    assert COUNT is not None
    assert claims.direction(replace(COUNT, change_percent=0.9)) == 0
    assert claims.direction(replace(COUNT, change_percent=-1.2)) == -1


def test_nothing_moves_without_a_year_before() -> None:
    with pytest.raises(Unsayable):
        claims.direction(share(50, change_points=None))
    with pytest.raises(Unsayable):
        claims.direction(None)


def test_years_on_end_are_counted_back_from_the_last() -> None:
    changes = (None, 2.0, 1.0, -1.0, -2.0, -0.8)
    series = [share(50, change_points=change) for change in changes]
    assert claims.run_length(series) == 3
    assert claims.run_length(series[:3]) == 2
    assert claims.run_length([*series, share(50, change_points=0.1)]) == 0


def test_an_extreme_needs_four_years_and_no_equal() -> None:
    series = [share(value) for value in (45.0, 47.0, 48.0, 44.0)]
    assert claims.is_extreme(series) == -1
    assert claims.is_extreme([*series, share(44.0)]) == 0
    assert claims.is_extreme([*series, share(50.0)]) == 1
    with pytest.raises(Unsayable):
        claims.is_extreme(series[1:])
    with pytest.raises(Unsayable):
        claims.is_extreme([*series, share(None, suppressed=True)])


def test_the_largest_are_told_only_when_nothing_hidden_could_be_larger() -> None:
    parts = FIGURES.all_of("steps.by_type")
    assert [one.category for one in claims.largest(parts, 2)] == [one.category for one in parts[:2]]
    small_one_hidden = [*parts[:-1], replace(parts[-1], value=None, suppressed=True)]
    assert [one.category for one in claims.largest(small_one_hidden, 2)] == [one.category for one in parts[:2]]
    large_one_hidden = [replace(parts[0], value=None, suppressed=True), *parts[1:]]
    with pytest.raises(Unsayable):
        claims.largest(large_one_hidden, 1)


def test_of_categories_that_overlap_none_is_the_largest_once_one_is_hidden() -> None:
    parts = FIGURES.all_of("entries.by_situation")
    with pytest.raises(Unsayable):
        claims.largest([*parts[:-1], replace(parts[-1], value=None, suppressed=True)], 1)
