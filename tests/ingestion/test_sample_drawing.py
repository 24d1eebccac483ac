"""Controlled rounding and quotas: what the calibration of the made-up campaign rests on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.sample.drawing import apportion, first_of_each, race, rank_and_cut, stream
from ingestion.sample.outcomes import positive_chances
from ingestion.sample.targets import TABLE, national_targets, published_values


@given(st.integers(0, 5000), st.lists(st.floats(0.01, 1000), min_size=1, max_size=40))
def test_a_total_is_split_without_loss_and_each_part_is_within_one_of_its_share(
    total: int, weights: list[float]
) -> None:
    parts = apportion(total, np.array(weights))
    assert parts.sum() == total
    assert np.all(np.abs(parts - total * np.array(weights) / sum(weights)) <= 1)


def test_whole_weights_that_make_the_total_are_kept_to_the_unit() -> None:
    assert apportion(31546, np.array([13850, 5663, 2477, 9556])).tolist() == [13850, 5663, 2477, 9556]


def test_no_part_goes_over_its_cap_and_what_is_cut_off_goes_to_the_others() -> None:
    parts = apportion(10, np.array([8.0, 1.0, 1.0]), caps=np.array([3, 9, 9]))
    assert parts[0] == 3
    assert parts.sum() == 10


def test_a_total_that_the_caps_cannot_hold_is_an_error() -> None:
    with pytest.raises(ValueError, match="cannot be placed"):
        apportion(10, np.array([1.0, 1.0]), caps=np.array([4, 4]))


def test_each_group_gives_exactly_its_quota_and_never_someone_without_a_chance() -> None:
    group = np.repeat(np.arange(4), 50)
    weights = np.where(np.arange(200) % 2 == 0, 1.0, 0.0)
    chosen = first_of_each(race(stream(0, "steps"), weights), group, np.array([0, 5, 25, 10]))
    assert np.bincount(group[chosen], minlength=4).tolist() == [0, 5, 25, 10]
    assert not chosen[weights == 0].any()


def test_a_quota_over_the_number_of_candidates_is_an_error() -> None:
    with pytest.raises(ValueError, match="fewer candidates"):
        first_of_each(race(stream(0, "steps"), np.array([1.0, 0.0])), np.array([0, 0]), np.array([2]))


def test_people_with_the_lowest_scores_take_the_first_category() -> None:
    assert rank_and_cut(np.array([0.3, -1.0, 2.0, 0.1]), np.array([2, 1, 1])).tolist() == [1, 0, 2, 0]


def test_the_chances_of_a_positive_exit_meet_the_rate_of_each_group() -> None:
    members = np.array([[False, False], [True, False], [False, True], [True, True]])
    sizes = np.array([400, 300, 200, 100])
    chances = positive_chances(members, sizes, 450.0, np.array([0.5, 0.4]))
    expected = sizes * chances
    assert expected.sum() == pytest.approx(450)
    assert expected[members[:, 0]].sum() == pytest.approx(0.5 * 400)
    assert expected[members[:, 1]].sum() == pytest.approx(0.4 * 300)


def test_a_stream_draws_the_same_numbers_again_and_another_subject_others() -> None:
    assert stream(3, "flows").random() == stream(3, "flows").random()
    assert stream(3, "flows").random() != stream(3, "steps").random()


def test_every_figure_that_a_target_names_is_published() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    named = {figure for line in lines for figure in line.split(",")[3].split(";") if figure}
    assert named
    assert named <= set(published_values())


def test_targets_of_2021_are_the_published_ones() -> None:
    targets = national_targets()
    assert targets.value("entries", 2021) == published_values()["F21-01"]
    assert targets.value("exits", 2021) == published_values()["F22-01"] + published_values()["F22-05"]
    assert targets.weights("steps", 2021).sum() == targets.value("steps_total", 2021)
