"""Lines: what is followed over the years, each point with its figure, each line with its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporting.charts.chart import Chart
from reporting.charts.drawing import NARROW, broken, data
from reporting.charts.palette import ACCENT, FORMER, SOFT
from reporting.display import written

if TYPE_CHECKING:
    import altair

_COLORS = (ACCENT, FORMER, SOFT)
_DASHES = ([1, 0], [6, 3], [2, 2])
"""A second way to tell the lines apart, for who sees no difference of colour."""


def layers(chart: Chart, width: int) -> altair.LayerChart | altair.FacetChart:
    """The lines, their points and figures, and their names beside their last point (above the first, if narrow)."""
    import altair as alt

    is_narrow = width <= NARROW
    rows, names = _rows(chart)
    name_room = 0 if is_narrow else 190
    values = [row["value"] for row in rows]
    spread = (max(values) - min(values)) or 1
    # On a narrow page the names stand above the figures of the upper line and below those of the lower one.
    low = 0 if chart.from_zero else min(values) - spread * (0.65 if is_narrow and len(chart.series) > 1 else 0.35)
    above = 0.3 if not is_narrow or len(chart.series) == 1 else 0.3 + 0.25 * (max(values) - low) / spread
    scale = alt.Scale(domain=[low, max(values) + spread * above], zero=False, nice=False)
    height = 230
    plot = width - name_room
    x = alt.X(
        "year:O",
        axis=alt.Axis(labelAngle=0, labelPadding=8),
        scale=alt.Scale(padding=0.35, range=[0, plot]),
    )
    y = alt.Y("value:Q", axis=None, scale=scale)
    drawn: list[alt.Chart] = []
    for name in names:
        place = chart.series.index(name)
        mine = alt.Chart(data([row for row in rows if row["name"] == name])).properties(width=width, height=height)
        color, dash = _COLORS[place % 3], _DASHES[place % 3]
        is_upper = name == names[0]
        away = -15 if is_upper else 16
        figures = mine.encode(x=x, y=y, text="shown:N")
        drawn += [
            mine.mark_line(color=color, strokeWidth=2.5, strokeDash=dash).encode(x=x, y=y),
            mine.mark_point(color=color, filled=True, size=60, opacity=1).encode(x=x, y=y),
            figures.mark_text(fontWeight=600, dy=away, fontSize=12, stroke="white", strokeWidth=4),
            figures.mark_text(fontWeight=600, dy=away, fontSize=12, color=color),
        ]
        label = broken(name, 40 if is_narrow else 26)
        end = data([{**next(r for r in reversed(rows) if r["name"] == name), "label": label}])
        beside = alt.Chart(end).properties(width=width, height=height)
        if not is_narrow:
            # Two names leave room for each other, however near the lines end.
            apart = 0 if len(chart.series) == 1 else (-9 if is_upper else 9)
            text = beside.mark_text(
                color=color, align="left", baseline="middle", dx=24, dy=apart - 8 * (len(label) - 1), lineHeight=16
            )
            drawn.append(text.encode(x=x, y=y, text="label:N"))
        elif len(chart.series) > 1:
            text = beside.mark_text(color=color, align="left", baseline="top" if is_upper else "bottom", lineHeight=16)
            drawn.append(text.encode(x=alt.value(8), y=alt.value(0 if is_upper else height - 4), text="label:N"))
    return alt.layer(*drawn)


def _rows(chart: Chart) -> tuple[list[dict[str, Any]], list[str]]:
    """Points with a value, and the names of the lines from the one that ends highest."""
    rows = [
        {"year": mark.row, "name": mark.series, "value": mark.figure.value, "shown": written(mark.figure)}
        for mark in chart.marks
        if mark.figure.value is not None
    ]
    last = {mark.series: mark.figure.value for mark in chart.marks if mark.figure.value is not None}
    return rows, sorted(last, key=lambda name: -last[name])
