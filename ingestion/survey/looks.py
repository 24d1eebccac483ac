"""The look of the workbook of the survey: one typeface, and colours (RGB) that are easy to read on paper."""

from __future__ import annotations

from openpyxl.styles import Font

HEADING = "1F3A5F"
INK = "1B2430"
PAPER = "FFFFFF"
WASH = "EEF2F6"
LINE = "D5DAE0"
SOFT = "515C69"
TO_FILL = "FFF7DB"


def typeface(color: str = INK, size: float = 11, *, bold: bool = False, italic: bool = False) -> Font:
    """The one typeface of the workbook, which every office suite has or stands in for."""
    return Font(name="Calibri", size=size, bold=bold, italic=italic, color=color)
