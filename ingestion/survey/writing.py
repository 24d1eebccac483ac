"""Writes a workbook of the survey: the form to send out, or the same with answers in it. Same content, same bytes.

A text that begins with = + - or @ is written as text, marked as such: no spreadsheet takes it for a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.contract import registered_plie_ids
from ingestion.survey.form import Column, Form, Sheet, survey_form
from ingestion.survey.guide import state_identity, write_guide
from ingestion.survey.looks import HEADING, LINE, PAPER, typeface
from ingestion.survey.reading import LISTS

Line = Mapping[str, str | Decimal | int | None]
"""One line of a sheet: what stands in each column."""

ANSWER_LINES = 200
"""Lines below the headings that have drop-down lists and checks; what is written further down is read all the same."""
_FORMATS = {"amount": '#,##0.00\\ "€"', "fte": "0.00", "headcount": "#,##0", "code": "@", "text": "@"}
_WIDTHS = {"amount": 20, "fte": 12, "headcount": 18, "code": 62, "text": 46}
_MOMENT = datetime(2000, 1, 1)
_ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)


def write_workbook(
    year: int,
    plie_id: str | None = None,
    lines: Mapping[str, Sequence[Line]] | None = None,
    *,
    note: str | None = None,
    is_bare: bool = False,
) -> bytes:
    """The workbook of a year, in .xlsx.

    Args:
        plie_id: the PLIE that it states; left to fill in when None.
        lines: what stands below the headings of each sheet; without it every choice has its line, to be filled in.
        note: a sentence beside the year.
        is_bare: leaves out what helps a person to fill it in: it is to be read by the warehouse alone.
    """
    form = survey_form()
    book = Workbook()
    book.properties.creator = "Entrepôt national des PLIE"
    book.properties.title = f"Enquête annuelle {year}"
    book.properties.created = _MOMENT
    guide = book.active
    if not isinstance(guide, Worksheet):
        raise TypeError("a new workbook has no sheet")
    ranges = _list_ranges(form)
    state_identity(guide, form, year, plie_id)
    if not is_bare:
        write_guide(guide, form, year, ranges["PLIE"], note)
    for sheet in form.sheets:
        page = book.create_sheet(sheet.name)
        for place, column in enumerate(sheet.columns, start=1):
            page.cell(1, place, column.name)
        if not is_bare:
            _dress(page, sheet, ranges[sheet.name])
        for number, line in enumerate(_prefilled(sheet) if lines is None else lines.get(sheet.name, ()), start=2):
            _write_line(page, sheet, number, line, is_bare=is_bare)
    if not is_bare:
        _write_lists(book.create_sheet(LISTS), form)
    content = io.BytesIO()
    book.save(content)
    return _same_bytes(content.getvalue())


def _lists(form: Form) -> dict[str, list[str]]:
    """What the drop-down lists show, by the sheet that they serve."""
    return {
        "PLIE": sorted(registered_plie_ids()),
        **{sheet.name: list(sheet.key.codes.values()) for sheet in form.sheets},
    }


def _list_ranges(form: Form) -> dict[str, str]:
    return {
        name: f"{LISTS}!${get_column_letter(place)}$2:${get_column_letter(place)}${len(words) + 1}"
        for place, (name, words) in enumerate(_lists(form).items(), start=1)
    }


def _write_lists(page: Worksheet, form: Form) -> None:
    page.sheet_state = "hidden"
    page.protection.sheet = True
    for place, (name, words) in enumerate(_lists(form).items(), start=1):
        for number, word in enumerate((name, *words), start=1):
            page.cell(number, place, word)


def _prefilled(sheet: Sheet) -> list[Line]:
    return [] if sheet.has_fiches else [{sheet.key.name: label} for label in sheet.key.codes.values()]


def _dress(page: Worksheet, sheet: Sheet, choices: str) -> None:
    """Headings that cannot be changed, columns that can, with their lists and checks."""
    page.freeze_panes = "B2" if sheet.has_fiches else "A2"
    page.sheet_view.showGridLines = True
    page.row_dimensions[1].height = 24
    for place, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(place)
        look = page.column_dimensions[letter]
        look.width = _WIDTHS[column.type]
        look.number_format = _FORMATS[column.type]
        look.alignment = _alignment(column)
        look.protection = Protection(locked=False)
        heading = page.cell(1, place)
        heading.font = typeface(PAPER, bold=True)
        heading.fill = PatternFill("solid", fgColor=HEADING)
        heading.alignment = Alignment(vertical="center")
        check = _check(column, choices)
        check.add(f"{letter}2:{letter}{ANSWER_LINES + 1}")
        page.add_data_validation(check)
    page.protection.sheet = True
    page.protection.formatColumns = False
    page.protection.formatRows = False
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"


def _check(column: Column, choices: str) -> DataValidation:
    if column.type == "code":
        check = DataValidation(type="list", formula1=choices, allow_blank=True, showErrorMessage=True)
        check.error = "Choisissez dans la liste."
    elif column.is_figure:
        kind: Literal["whole", "decimal"] = "whole" if column.type == "headcount" else "decimal"
        check = DataValidation(type=kind, operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        check.error = "Un nombre, zéro ou plus. Laissez vide si vous ne l'avez pas."
        check.showErrorMessage = True
    else:
        check = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="10000", allow_blank=True)
        check.error = "Ce texte est trop long."
        check.showErrorMessage = True
    check.errorTitle = "Enquête PLIE"
    check.promptTitle = column.name
    check.prompt = column.title
    check.showInputMessage = True
    return check


def _write_line(page: Worksheet, sheet: Sheet, number: int, line: Line, *, is_bare: bool) -> None:
    for place, column in enumerate(sheet.columns, start=1):
        value = line.get(column.name)
        if value is None:
            continue
        cell = page.cell(number, place)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
            if value.startswith(("=", "+", "-", "@")):
                cell.quotePrefix = True
        if not is_bare:
            # A cell that exists has a look of its own: that of its column is for the empty ones.
            cell.number_format = _FORMATS[column.type]
            cell.protection = Protection(locked=False)
            cell.alignment = _alignment(column)
            cell.border = Border(bottom=Side("thin", color=LINE))
            cell.font = typeface()


def _alignment(column: Column) -> Alignment:
    return Alignment(wrap_text=column.type == "text", vertical="top" if column.type == "text" else "center")


def _same_bytes(content: bytes) -> bytes:
    """The same archive without the moment at which it was made."""
    same = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(same, "w", zipfile.ZIP_DEFLATED) as out:
        for name in made.namelist():
            part = made.read(name)
            if name == "docProps/core.xml":
                stamp = f"{_MOMENT:%Y-%m-%dT%H:%M:%SZ}".encode()
                part = re.sub(rb"(?<=>)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=<)", stamp, part)
            out.writestr(zipfile.ZipInfo(name, _ZIP_MOMENT), part, zipfile.ZIP_DEFLATED)
    return same.getvalue()
