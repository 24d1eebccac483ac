"""A chart made ready to be read: its table, its text alternative, and how to read its marks. No drawing here."""

from __future__ import annotations

from reporting.charts.chart import Chart
from reporting.display import show, written
from reporting.document import Cell, Content, Picture, Table, Text
from reporting.typography import HIDDEN, NARROW

_LARGEST_ALTERNATIVE = 12
"""Figures beyond which the words beside a chart would tire whoever listens: the table then says the rest."""


def picture_of(chart: Chart, title: Content) -> Picture:
    """The chart with everything that stands beside it."""
    return Picture(
        chart=chart, title=title, key=(Text(_key(chart)),), alternative=_alternative(chart), table=_table(chart, title)
    )


HIDDEN_MAY_BE_LARGE = (
    f"«{NARROW}{HIDDEN}{NARROW}»{NARROW}: chiffre couvert par le secret statistique, qui n’est pas forcément petit."
)
"""Without it, the longest bar that is shown would pass for the longest of all."""


def _key(chart: Chart) -> str:
    said = [_marks(chart)]
    if any(mark.figure.suppressed for mark in chart.marks):
        said.append(HIDDEN_MAY_BE_LARGE)
    return " ".join(filter(None, said))


def _marks(chart: Chart) -> str:
    now = next((mark.series for mark in chart.marks if not mark.former), "")
    before = next((mark.series for mark in chart.marks if mark.former), "")
    match chart.shape:
        case "bars" if before:
            return f"Barre{NARROW}: {now}. Trait vertical{NARROW}: {before}."
        case "tiles":
            return "Un point représente un PLIE participant. Les régions sont placées à peu près où elles se trouvent."
        case "lines" if not chart.from_zero:
            return "L’échelle verticale ne part pas de zéro."
        case _:
            return ""


def _alternative(chart: Chart) -> str:
    """The figures in words, row by row, and where the rest is."""
    told = chart.marks[:_LARGEST_ALTERNATIVE]
    several = len({mark.series for mark in told}) > 1
    words = "; ".join(f"{mark.row}{f' ({mark.series})' if several else ''}: {written(mark.figure)}" for mark in told)
    rest = "" if len(told) == len(chart.marks) else " Les autres figurent dans le tableau."
    return f"{words}.{rest}".replace(": ", f"{NARROW}: ").replace("; ", f"{NARROW}; ")


def _table(chart: Chart, title: Content) -> Table:
    rows_are_years = chart.shape in ("lines", "columns", "stacks")
    head = (
        Cell(
            (Text("Année" if rows_are_years else "Région" if chart.shape == "tiles" else "Catégorie"),), is_heading=True
        ),
        *(Cell((Text(name),), is_heading=True, is_number=True) for name in chart.series),
    )
    rows = []
    for row in chart.rows:
        cells = [Cell((Text(row),), is_heading=True)]
        for series in chart.series:
            figure = chart.at(row, series)
            cells.append(Cell((show(figure),) if figure is not None else (Text("–"),), is_number=True))
        rows.append(tuple(cells))
    if chart.reference is not None:
        name, figure = chart.reference
        blank = [Cell((Text(""),)) for _ in chart.series[1:]]
        rows.append((Cell((Text(name),), is_heading=True), Cell((show(figure),), is_number=True), *blank))
    return Table(caption=title, head=head, rows=tuple(rows))
