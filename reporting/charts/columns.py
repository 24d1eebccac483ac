"""Columns: one for each year, its count on top, the last one standing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporting.charts.chart import Chart
from reporting.charts.drawing import NARROW, data
from reporting.charts.palette import ACCENT, PALE
from reporting.display import written

if TYPE_CHECKING:
    import altair


def layers(chart: Chart, width: int) -> altair.LayerChart | altair.FacetChart:
    """The columns with their counts above and their years below."""
    import altair as alt

    rows = [
        {
            "year": mark.row,
            "value": mark.figure.value or 0,
            "shown": written(mark.figure),
            "color": ACCENT if mark.row == chart.rows[-1] else PALE,
        }
        for mark in chart.marks
    ]
    is_narrow = width <= NARROW
    base = alt.Chart(data(rows)).properties(width=width - 4, height=170 if is_narrow else 210)
    x = alt.X(
        "year:O", axis=alt.Axis(labelAngle=0, orient="bottom", labelPadding=6), scale=alt.Scale(paddingInner=0.35)
    )
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(domainMin=0, nice=False))
    return alt.layer(
        base.mark_bar(cornerRadiusEnd=1).encode(x=x, y=y, color=alt.Color("color:N", scale=None)),
        base.mark_text(baseline="bottom", dy=-5, fontWeight=600, fontSize=12 if is_narrow else 13).encode(
            x=x, y=y, text="shown:N"
        ),
    )
