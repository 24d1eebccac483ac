"""Colours of the workbook of the survey (RGB, hexadecimal): contrast of at least 7 to 1 between ink and paper."""

HEADING = "1F3A5F"
INK = "1B2430"
PAPER = "FFFFFF"
WASH = "EEF2F6"
LINE = "D5DAE0"
SOFT = "515C69"
