"""Which files of the landing place belong to the survey, and the year that a workbook's name states."""

from __future__ import annotations

import re
from pathlib import PurePath

from ingestion.survey.words import plain

WORKBOOK = re.compile(r"enquete_([0-9]{4})\.xlsx")
"""The name that a workbook must have."""

_SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".ods", ".ots", ".fods", ".numbers", ".csv", ".tsv")


def workbook_name(year: int) -> str:
    """Name of the workbook of a year, as it must arrive."""
    return f"enquete_{year}.xlsx"


def belongs_to_survey(file_name: str) -> bool:
    """Whether a file in landing was meant for the survey: a spreadsheet of any kind, or named as the survey is.

    What is meant for it but cannot be read gets an acknowledgement that says what to send, rather than that of a zip.
    """
    suffix = PurePath(file_name).suffix.casefold()
    if suffix in _SPREADSHEETS:
        return True
    return suffix != ".zip" and plain(file_name).startswith("enquete")


def year_of(file_name: str) -> int | None:
    """The year that the name states; None when the name is not that of a workbook of the survey."""
    match = WORKBOOK.fullmatch(file_name)
    return int(match.group(1)) if match else None
