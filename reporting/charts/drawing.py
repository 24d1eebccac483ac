"""Draws a chart as SVG, for a wide page or a narrow one: picks the shape, sets what all shapes share."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from reporting.charts.chart import Chart
from reporting.charts.palette import INK

if TYPE_CHECKING:
    import altair

WIDE, NARROW = 704, 350
"""Widths in pixels: the column of the page, and a telephone's."""


def draw(chart: Chart, width: int, font: str) -> str:
    """The chart as the text of an SVG file, of this width in pixels.

    Args:
        font: the CSS family of everything that is written in it.
    """
    import vl_convert

    from reporting.charts import bars, columns, lines, stacks, tiles

    if chart.shape == "tiles":
        return tiles.draw(chart, width, font)
    shapes = {"bars": bars.layers, "columns": columns.layers, "lines": lines.layers, "stacks": stacks.layers}
    layers = shapes[chart.shape](chart, width)
    styled = (
        layers.configure(font=font, padding=2, background="transparent")
        .configure_view(stroke=None)
        .configure_text(fontSize=13, color=INK)
        .configure_axis(labelFontSize=13, labelColor=INK, domain=False, ticks=False, grid=False, title=None)
        .configure_scale(bandPaddingInner=0.3)
    )
    return _settled(vl_convert.vegalite_to_svg(styled.to_dict()))


def _settled(svg: str) -> str:
    """The same bytes whatever was drawn before, and coordinates to a tenth of a pixel: the eye sees no less."""
    numbers: dict[str, str] = {}
    renumbered = re.sub(r"\bclip(\d+)", lambda found: f"clip{numbers.setdefault(found[1], str(len(numbers)))}", svg)
    return re.sub(r"(\d+\.\d)\d+", r"\1", renumbered)


def svg_size(svg: str) -> tuple[str, str]:
    """Width and height of a drawing, in pixels, as it says them itself."""
    head = svg[: svg.index(">")]
    width, height = (head.split(f' {name}="')[1].split('"')[0] for name in ("width", "height"))
    return width, height


def broken(text: str, characters: int) -> list[str]:
    """A label broken into lines of about so many characters, at most three; a longer one ends in an ellipsis."""
    return textwrap.wrap(text, characters, max_lines=3, placeholder=" …", break_on_hyphens=False)


def data(rows: list[dict[str, Any]]) -> altair.InlineData:
    """Rows for Altair, which would ask pandas for anything but plain values."""
    import altair

    return altair.InlineData(values=rows)
