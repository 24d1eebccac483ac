"""A small picture of rows per night for Dagster's pages: an SVG written by hand, since a plotting library would slow
the definitions down and a picture of thirty bars needs none."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from orchestration.senders import NightRows

WIDTH, HEIGHT, MARGIN = 640, 180, 24
LOADED, REJECTED = "#3b6ea8", "#c2410c"


def as_markdown(nights: Sequence[NightRows]) -> str:
    """The picture as a Markdown image that carries itself, with a sentence for who does not see it."""
    if not nights:
        return "No rows have arrived yet."
    last = nights[-1]
    told = (
        f"Rows loaded and rejected on the last {len(nights)} nights with deliveries;"
        f" {last.night:%d/%m/%Y}: {last.loaded} loaded, {last.rejected} rejected"
    )
    picture = base64.b64encode(as_svg(nights, told).encode()).decode()
    return f"![{told}](data:image/svg+xml;base64,{picture})"


def as_svg(nights: Sequence[NightRows], title: str) -> str:
    """One bar per night, rejected rows on top of loaded ones, the highest night labelled."""
    highest = max(night.loaded + night.rejected for night in nights) or 1
    step = (WIDTH - 2 * MARGIN) / max(len(nights), 10)
    scale = (HEIGHT - 2 * MARGIN) / highest
    bars = []
    for number, night in enumerate(nights):
        left, bottom = MARGIN + number * step, float(HEIGHT - MARGIN)
        for rows, colour in ((night.loaded, LOADED), (night.rejected, REJECTED)):
            # A few rejected rows among thousands must still be seen.
            height = max(rows * scale, 1.5) if rows else 0
            bottom -= height
            bars.append(
                f'<rect x="{left:.1f}" y="{bottom:.1f}" width="{step * 0.8:.1f}" height="{height:.1f}" fill="{colour}">'
                f"<title>{night.night}: {night.loaded} loaded, {night.rejected} rejected</title></rect>"
            )
    axis = HEIGHT - MARGIN
    words = [
        (MARGIN, MARGIN - 8, "start", f"{highest:,} rows".replace(",", "\N{NARROW NO-BREAK SPACE}")),
        (MARGIN, HEIGHT - 6, "start", f"{nights[0].night}"),
        (WIDTH - MARGIN, HEIGHT - 6, "end", f"{nights[-1].night}" if len(nights) > 1 else ""),
        (WIDTH - MARGIN, MARGIN - 8, "end", "loaded (blue), rejected (orange)"),
    ]
    texts = "".join(f'<text x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>' for x, y, anchor, text in words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' role="img" font-family="sans-serif" font-size="11" fill="#64748b"><title>{escape(title)}</title>'
        f'<line x1="{MARGIN}" y1="{axis}" x2="{WIDTH - MARGIN}" y2="{axis}" stroke="#94a3b8"/>'
        f"{''.join(bars)}{texts}</svg>"
    )
