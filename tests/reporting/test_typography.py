"""Numbers as a French reader expects them, rounded by one rule."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.typography import (
    moment,
    number,
    percent_change,
    points,
    quantity,
    rank_in_words,
    rounded,
    set_in_french,
    signed,
)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (1.005, 2, "1.01"),
        (7.678571, 0, "8"),
        (8.588, 0, "9"),
        (49.9, 0, "50"),
    ],
)
def test_a_half_is_rounded_away_from_zero(value: float, decimals: int, expected: str) -> None:
    assert rounded(value, decimals) == Decimal(expected)


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_rounding_is_symmetric_and_never_farther_than_half_a_unit(value: float, decimals: int) -> None:
    assert rounded(-value, decimals) == -rounded(value, decimals)
    assert abs(rounded(value, decimals) - Decimal(value)) <= Decimal("0.500000001").scaleb(-decimals)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number(131000), "131\u202f000"),
        (number(1.2595, 2), "1,26"),
        (number(-3), "\u22123"),
        (number(-0.2), "0"),
        (quantity(43.9, "percent", 0), "44\u202f%"),
        (quantity(18.48, "percent", 1), "18,5\u202f%"),
        (quantity(7.1, "fte", 0), "7\u00a0ETP"),
        (signed(0.04, 1), "0,0"),
        (points(-0.79), "\u22120,8\u00a0point"),
        (points(1.96), "+2,0\u00a0points"),
        (percent_change(15.06), "+15,1\u202f%"),
        (rank_in_words(3), "troisième"),
        (rank_in_words(12), "12e"),
        (moment(datetime(2022, 3, 1, 8, 5)), "1er mars 2022 à 9\u00a0h\u00a005"),
    ],
)
def test_a_figure_is_written_in_french(written: str, expected: str) -> None:
    assert written == expected


def test_a_day_stays_with_its_month() -> None:
    assert set_in_french("le 31 décembre et le 1er janvier : l'année") == (
        "le 31\u00a0décembre et le 1er\u00a0janvier\u202f: l’année"
    )
