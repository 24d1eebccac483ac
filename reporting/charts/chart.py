"""A chart before it is drawn: its shape, its figures, the words beside its marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from reporting.figures import Figure

Shape: TypeAlias = Literal["bars", "lines", "stacks", "columns", "tiles"]


@dataclass(frozen=True)
class Mark:
    """One figure in a chart.

    `row` is what it is about (a category, a region), `series` what it is compared by (a year, a rate); a mark that is
    `former` is that of the year before, shown to compare; one that is `strong` stands out.
    """

    row: str
    series: str
    figure: Figure
    former: bool = False
    strong: bool = False


@dataclass(frozen=True)
class Chart:
    """What is drawn: the marks in their order, and a `reference` that all of them are compared with.

    In `lines` and `columns` the rows are years and the series are what is followed; in `stacks` the rows are years and
    the series the parts of the whole; in `bars` and `tiles` the rows are categories and regions.
    """

    name: str
    shape: Shape
    marks: tuple[Mark, ...]
    reference: tuple[str, Figure] | None = None
    from_zero: bool = True

    @property
    def rows(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mark.row for mark in self.marks))

    @property
    def series(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mark.series for mark in self.marks))

    def at(self, row: str, series: str) -> Figure | None:
        """The figure of this row and series, or None."""
        return next((mark.figure for mark in self.marks if (mark.row, mark.series) == (row, series)), None)

    @property
    def can_be_drawn(self) -> bool:
        """Whether it has at least one figure that may be shown."""
        return any(mark.figure.value is not None for mark in self.marks)
