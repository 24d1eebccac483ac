"""What stands where a figure is read: its value, the mark of a hidden one, or of one that does not exist."""

from __future__ import annotations

import pytest

from reporting.catalogue import Definition, Indicator
from reporting.display import written
from reporting.document import What
from reporting.figures import Figure

SHARE = Indicator("exits.part", "2.2", "Part", "percent", 0, "transfers", Definition("a", "b"), {"TOTAL": "Part"})


def a_figure(numerator: float | None, denominator: float | None, value: float | None, *, hidden: bool) -> Figure:
    return Figure(SHARE, 2021, "region", "32", "TOTAL", numerator, denominator, value, 0, 3, hidden)


@pytest.mark.parametrize(
    ("figure", "what", "expected"),
    [
        (a_figure(20, 40, 50, hidden=False), "value", "50\u202f%"),
        (a_figure(20, 40, 50, hidden=False), "denominator", "40"),
        (a_figure(None, None, None, hidden=True), "value", "s"),
        (a_figure(None, None, None, hidden=True), "numerator", "s"),
        (a_figure(20, None, None, hidden=False), "value", "s"),
        (a_figure(20, None, None, hidden=False), "denominator", "s"),
        (a_figure(20, None, None, hidden=False), "change", "s"),
        (a_figure(20, None, None, hidden=False), "numerator", "20"),
        (a_figure(0, 0, None, hidden=False), "value", "–"),
        (a_figure(20, 40, 50, hidden=False), "change", "–"),
    ],
)
def test_a_hidden_figure_is_marked_and_a_missing_one_dashed(figure: Figure, what: What, expected: str) -> None:
    assert written(figure, what) == expected
