"""Horizontal bars: one for each category, its label before it (above it on a narrow page), its value at its end.

A mark of the year before is a vertical line across its bar; a reference is a line across all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporting.charts.chart import Chart
from reporting.charts.drawing import NARROW, broken, data
from reporting.charts.palette import ACCENT, FORMER, INK, PALE, SOFT
from reporting.display import written
from reporting.figures import Figure

if TYPE_CHECKING:
    import altair

_VALUE_ROOM = 64
"""Pixels kept at the right for the value of the longest bar."""

_LABEL_ROOM = 48
"""Pixels that a value takes: a mark of the year before that stands nearer to the end of the bar pushes it out."""

_LINE = 16
_REFERENCE_ROOM = 24


def layers(chart: Chart, width: int) -> altair.LayerChart | altair.FacetChart:
    """The bars, their labels and values, and what they are compared with."""
    import altair as alt

    is_narrow = width <= NARROW
    left, right = (0 if is_narrow else round(width * 0.38)), width - _VALUE_ROOM
    rows = _rows(chart, 42 if is_narrow else 38)
    largest = max([row["value"] for row in rows] + [row["former"] or 0 for row in rows] + [_reference(chart)]) or 1
    height = _lay_out(rows, is_narrow, _REFERENCE_ROOM if chart.reference else 0, largest / (right - left))
    scale = alt.Scale(domain=[0, largest], range=[left, right])
    down = alt.Scale(domain=[0, height], range=[0, height], nice=False, zero=False)
    x, y = alt.X("value:Q", axis=None, scale=scale), alt.Y("y:Q", axis=None, scale=down)
    base = alt.Chart(data(rows)).properties(width=width, height=height)
    values = base.encode(x=alt.X("end:Q", axis=None, scale=scale), y=y, text="shown:N")
    drawn: list[alt.Chart] = [
        base.mark_bar(height=_thickness(is_narrow), cornerRadiusEnd=1).encode(
            x=x, x2=alt.X2(datum=0), y=y, color=alt.Color("color:N", scale=None)
        ),
        base.mark_text(align="left", baseline="middle", lineHeight=_LINE).encode(
            x=alt.value(0), y=alt.Y("label_y:Q", axis=None, scale=down), text="label:N"
        ),
    ]
    if any(row["former"] is not None for row in rows):
        drawn.append(
            base.transform_filter("datum.former != null")
            .mark_tick(thickness=2.5, size=_thickness(is_narrow) + 8, color=FORMER, opacity=1, orient="vertical")
            .encode(x=alt.X("former:Q", axis=None, scale=scale), y=y)
        )
    if chart.reference:
        drawn += _reference_line(*chart.reference, scale, width, height)
    drawn += [
        # White around the figure keeps it readable where a line crosses it.
        values.mark_text(align="left", baseline="middle", dx=7, fontWeight=600, stroke="white", strokeWidth=4),
        values.mark_text(align="left", baseline="middle", dx=7, fontWeight=600),
    ]
    return alt.layer(*drawn)


def _thickness(is_narrow: bool) -> int:
    return 15 if is_narrow else 18


def _rows(chart: Chart, characters: int) -> list[dict[str, Any]]:
    former = {mark.row: mark.figure for mark in chart.marks if mark.former}
    now = [mark for mark in chart.marks if not mark.former]
    stands_out = any(mark.strong for mark in now)
    return [
        {
            "label": broken(mark.row, characters),
            "value": mark.figure.value or 0.0,
            "former": former[mark.row].value if mark.row in former else None,
            "shown": written(mark.figure),
            "color": ACCENT if mark.strong or not stands_out else PALE,
        }
        for mark in now
    ]


def _lay_out(rows: list[dict[str, Any]], is_narrow: bool, top: float, per_pixel: float) -> float:
    """Gives each row its place: the middle of its bar and of its label, and where its value stands. Returns the height.

    Args:
        per_pixel: how much of a value one pixel is worth.
    """
    for row in rows:
        n_lines = len(row["label"])
        label = _LINE * n_lines
        if is_narrow:
            row["label_y"] = top + _LINE / 2
            row["y"] = top + label + 3 + _thickness(is_narrow) / 2
            top += label + _thickness(is_narrow) + 14
        else:
            size = max(30, label + 10)
            row["y"] = top + size / 2
            row["label_y"] = row["y"] - _LINE * (n_lines - 1) / 2
            top += size
        gap = (row["former"] or 0.0) - row["value"]
        row["end"] = row["former"] if 0 < gap < _LABEL_ROOM * per_pixel else row["value"]
    return top


def _reference(chart: Chart) -> float:
    return (chart.reference[1].value or 0.0) if chart.reference else 0.0


def _reference_line(name: str, figure: Figure, scale: altair.Scale, width: int, height: float) -> list[altair.Chart]:
    import altair as alt

    if figure.value is None:
        return []
    at = [{"value": figure.value, "label": f"{name} : {written(figure)}"}]
    base = alt.Chart(data(at)).properties(width=width, height=height)
    place = alt.X("value:Q", axis=None, scale=scale)
    return [
        base.mark_rule(color=INK, strokeDash=[3, 3]).encode(x=place, y=alt.value(20), y2=alt.value(height)),
        base.mark_text(align="right", baseline="top", dx=4, color=SOFT).encode(x=place, y=alt.value(0), text="label:N"),
    ]
