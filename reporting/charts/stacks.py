"""Stacked bars: the parts of one whole, one bar for each year, each part with its figure where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporting.charts.chart import Chart
from reporting.charts.drawing import NARROW, data
from reporting.charts.palette import INK, ON_PARTS, PARTS
from reporting.display import written

if TYPE_CHECKING:
    import altair

_KEY_STEP = 22
_BAR_STEP = 46


def layers(chart: Chart, width: int) -> altair.LayerChart | altair.FacetChart:
    """The key, one line for each part (or two columns on a wide page), then the bars."""
    import altair as alt

    is_narrow = width <= NARROW
    columns = 1 if is_narrow else 2
    n_lines = -(-len(chart.series) // columns)
    key_height = n_lines * _KEY_STEP + 14
    year_room = 46
    height = key_height + _BAR_STEP * len(chart.rows)
    rows = _segments(chart, key_height, smallest=12 if is_narrow else 6)
    key: list[dict[str, Any]] = [
        {
            "x": 7 + (place // n_lines) * (width / columns),
            "y": 9 + (place % n_lines) * _KEY_STEP,
            "name": name,
            "color": PARTS[place % len(PARTS)],
        }
        for place, name in enumerate(chart.series)
    ]
    years = [
        {"x": 0, "y": key_height + _BAR_STEP * (place + 0.5), "name": year} for place, year in enumerate(chart.rows)
    ]
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], range=[0, height], zero=False, nice=False))
    x = alt.Scale(domain=[0, 100], range=[year_room, width - 2])
    pixels = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], range=[0, width], zero=False, nice=False))
    color = alt.Color("color:N", scale=None)
    bars = alt.layer(
        alt.Chart(data(rows))
        .mark_bar(height=30, stroke="white", strokeWidth=1)
        .encode(x=alt.X("start:Q", axis=None, scale=x), x2="end:Q", y=y, color=color),
        alt.Chart(data(rows))
        .mark_text(fontWeight=600, baseline="middle")
        .encode(x=alt.X("middle:Q", axis=None, scale=x), y=y, text="shown:N", color=alt.Color("ink:N", scale=None)),
    )
    words = alt.layer(
        alt.Chart(data(key)).mark_square(size=150, opacity=1).encode(x=pixels, y=y, color=color),
        alt.Chart(data(key))
        .mark_text(align="left", baseline="middle", dx=14, color=INK)
        .encode(x=pixels, y=y, text="name:N"),
        alt.Chart(data(years)).mark_text(align="left", baseline="middle").encode(x=pixels, y=y, text="name:N"),
    )
    both = alt.LayerChart(layer=[bars, words], width=width, height=height)
    both.resolve = alt.Resolve(scale={"x": "independent"})
    return both


def _segments(chart: Chart, top: float, smallest: float) -> list[dict[str, Any]]:
    """Where each part begins and ends, in percent; what is hidden leaves its place empty at the end."""
    rows: list[dict[str, Any]] = []
    for line, year in enumerate(chart.rows):
        start = 0.0
        for place, name in enumerate(chart.series):
            figure = chart.at(year, name)
            if figure is None or not figure.value:
                continue
            rows.append(
                {
                    "y": top + _BAR_STEP * (line + 0.5),
                    "start": start,
                    "end": start + figure.value,
                    "middle": start + figure.value / 2,
                    "shown": written(figure) if figure.value >= smallest else "",
                    "color": PARTS[place % len(PARTS)],
                    "ink": ON_PARTS[place % len(PARTS)],
                }
            )
            start += figure.value
    return rows
