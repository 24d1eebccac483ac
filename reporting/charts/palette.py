"""Colours and type of the charts: few, told apart by any eye and in grey, readable on white."""

from __future__ import annotations

INK = "#1b2430"
SOFT = "#515c69"
LINE = "#d5dae0"
ACCENT = "#1f5a96"
PALE = "#a9c3de"
FORMER = "#b35a00"
EMPTY = "#eef1f4"

PARTS = ("#1f5a96", "#e39a3b", "#a0d0c8", "#dfe3e8", "#7a58a3", "#efe3b0", "#5b6570")
"""The parts of a whole, in order: neighbours differ in lightness as much as in hue."""

ON_PARTS = ("#ffffff", INK, INK, INK, "#ffffff", INK, "#ffffff")
"""The colour of what is written on each of them."""

SANS = "'Segoe UI', 'Helvetica Neue', Helvetica, 'Liberation Sans', Arial, sans-serif"
"""The type of the page, which a chart inside it takes too."""
