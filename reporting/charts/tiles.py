"""A map in tiles: one square for each region, about where it lies, with one dot for each participating PLIE.

Squares of one size let a small region be read as well as a large one; overseas regions stand beside, as they are.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from reporting.charts.chart import Chart
from reporting.charts.palette import ACCENT, EMPTY, INK, LINE, SOFT
from reporting.typography import number


class Place(NamedTuple):
    """Column and row of a region's tile, its name, and a shorter one for a narrow page."""

    column: int
    row: int
    name: str
    short: str


PLACES = {
    "32": Place(2, 0, "Hauts-de-France", "HdF"),
    "28": Place(1, 1, "Normandie", "Norm."),
    "11": Place(2, 1, "Île-de-France", "ÎdF"),
    "44": Place(3, 1, "Grand Est", "G.Est"),
    "53": Place(0, 2, "Bretagne", "Bret."),
    "52": Place(1, 2, "Pays de la Loire", "PdL"),
    "24": Place(2, 2, "Centre-Val de Loire", "CVdL"),
    "27": Place(3, 2, "Bourgogne-Fr.-Comté", "BFC"),
    "75": Place(1, 3, "Nouvelle-Aquitaine", "N.-Aq."),
    "84": Place(3, 3, "Auvergne-Rh.-Alpes", "ARA"),
    "76": Place(2, 4, "Occitanie", "Occ."),
    "93": Place(3, 4, "Prov.-Alpes-Côte d’Azur", "PACA"),
    "94": Place(4, 4, "Corse", "Corse"),
    "01": Place(5, 0, "Guadeloupe", "Guad."),
    "02": Place(5, 1, "Martinique", "Mart."),
    "03": Place(5, 2, "Guyane", "Guy."),
    "04": Place(5, 3, "La Réunion", "Réun."),
    "06": Place(5, 4, "Mayotte", "May."),
}
"""Every region, by its INSEE code."""

_COLUMNS, _ROWS, _GAP, _PER_LINE = 6, 5, 6, 7


def draw(chart: Chart, width: int, font: str) -> str:
    """The map as SVG. The marks count PLIE: one figure for each region, its scope the region's code."""
    tile = (width - _GAP * (_COLUMNS - 1)) / _COLUMNS
    height = tile * _ROWS + _GAP * (_ROWS - 1)
    counts = {mark.figure.scope_id: mark.figure.value or 0 for mark in chart.marks}
    body = "".join(_tile(code, place, counts.get(code, 0), tile) for code, place in PLACES.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:.0f}"'
        f' viewBox="0 0 {width} {height:.0f}" font-family="{escape(font, quote=True)}">{body}</svg>'
    )


def _tile(code: str, place: Place, count: float, side: float) -> str:
    left, top = place.column * (side + _GAP) + 0.5, place.row * (side + _GAP) + 0.5
    side -= 1
    is_small = side < 80
    size = 12
    words = [place.short] if is_small else _two_lines(place.name)
    pad = side * 0.08
    fill = "#ffffff" if count else EMPTY
    parts = [
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{side:.1f}" height="{side:.1f}" rx="3" fill="{fill}"'
        f' stroke="{LINE}"/>'
    ]
    parts += [
        f'<text x="{left + pad:.1f}" y="{top + pad + size * (0.85 + 1.15 * line):.1f}" font-size="{size}"'
        f' fill="{INK if count else SOFT}">{escape(word)}</text>'
        for line, word in enumerate(words)
    ]
    step = (side - 2 * pad) / _PER_LINE
    first = top + pad + size * (1.4 if is_small else 2.5) + step / 2
    parts += [
        f'<circle cx="{left + pad + step * (dot % _PER_LINE + 0.5):.1f}"'
        f' cy="{first + step * (dot // _PER_LINE):.1f}" r="{step * 0.36:.1f}" fill="{ACCENT}"/>'
        for dot in range(round(count))
    ]
    if not count:
        parts.append(
            f'<text x="{left + pad:.1f}" y="{first + size * 0.4:.1f}" font-size="{size}" fill="{SOFT}">'
            f"{number(0)}</text>"
        )
    return "".join(parts)


def _two_lines(name: str) -> list[str]:
    """A name broken once, after a space or a hyphen, nearest to its middle; a short one stays whole."""
    if len(name) <= 11:
        return [name]
    breaks = [place + 1 for place, letter in enumerate(name) if letter in " -"]
    if not breaks:
        return [name]
    at = min(breaks, key=lambda place: abs(place - len(name) / 2))
    return [name[:at].rstrip(), name[at:]]
