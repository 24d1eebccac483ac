"""The form of the annual survey, read from the one file that states it: sheets, columns, sections."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ingestion.contract import code_lists
from ingestion.contract.model import FOLDER

STATEMENT = FOLDER / "survey_v1.json"
FIGURES = ("amount", "headcount", "fte")
"""Types of column that hold a figure: euros with up to 2 decimals, a whole number, full-time equivalents."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet; `codes` are the codes that it accepts with their French labels, for type `code`."""

    name: str
    type: str
    title: str
    codes: Mapping[str, str]

    @property
    def is_figure(self) -> bool:
        return self.type in FIGURES


@dataclass(frozen=True)
class Sheet:
    """One sheet: its first column holds the code of the line. `sections` gives the section that a code feeds.

    The sheet of the fiches actions feeds none: each of its lines stands for itself.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    sections: Mapping[str, str]

    @property
    def key(self) -> Column:
        return self.columns[0]

    @property
    def figures(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_figure)

    @property
    def texts(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.type == "text")

    @property
    def has_fiches(self) -> bool:
        return not self.sections


@dataclass(frozen=True)
class SurveyLimits:
    """What a workbook may weigh: bytes of the file and unzipped, entries, unzipped per zipped, lines and columns."""

    zip_bytes: int
    unzipped_bytes: int
    entries: int
    ratio: int
    lines: int
    columns: int


@dataclass(frozen=True)
class Guide:
    """The sheet that explains the form, and the words beside which it states its year and its PLIE."""

    name: str
    year: str
    plie: str


@dataclass(frozen=True)
class Form:
    """The whole form.

    A total that changes by more than `change_threshold_percent` from one year to the next asks its sender for a second
    look, when the change is at least the floor of its type of column too.
    """

    version: str
    limits: SurveyLimits
    change_threshold_percent: float
    change_floors: Mapping[str, float]
    guide: Guide
    sheets: tuple[Sheet, ...]

    @property
    def contract(self) -> str:
        """Under which name ledger and acknowledgements know this version of the form."""
        return f"enquête {self.version}"

    @property
    def sections(self) -> dict[str, Sheet]:
        """The sheet of each section, in the order of the form."""
        return {section: sheet for sheet in self.sheets for section in dict.fromkeys(sheet.sections.values())}

    @property
    def fiches(self) -> Sheet:
        (sheet,) = (sheet for sheet in self.sheets if sheet.has_fiches)
        return sheet


@cache
def survey_form() -> Form:
    """The form that the project sends out and reads."""
    stated = json.loads(STATEMENT.read_text(encoding="utf-8"))
    sheets = []
    for sheet in stated["sheets"]:
        columns = tuple(
            Column(
                column["name"],
                column["type"],
                column["title"],
                column.get("codes") or code_lists().get(column.get("list", ""), {}),
            )
            for column in sheet["columns"]
        )
        one = sheet.get("section")
        sections = sheet.get("sections") or (dict.fromkeys(columns[0].codes, one) if one else {})
        sheets.append(Sheet(sheet["name"], sheet["title"], columns, sections))
    return Form(
        version=stated["version"],
        limits=SurveyLimits(**stated["limits"]),
        change_threshold_percent=stated["change_threshold_percent"],
        change_floors=stated["change_floors"],
        guide=Guide(**stated["guide"]),
        sheets=tuple(sheets),
    )
