"""Finds the sheets of the form in a workbook, and in each its headings: whatever their order and their spelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingestion.survey.cells import as_text
from ingestion.survey.form import Form, Sheet
from ingestion.survey.words import plain
from ingestion.survey.workbook import Cell, RawSheet

HEADING_LINES = 10
"""Lines in which headings are looked for: people write a title above them."""


class NotFound(ValueError):
    """A sheet or a column of the form is missing or stands there twice; the message says which, in French."""


@dataclass(frozen=True)
class Table:
    """One sheet of the form as it was found: its lines below the headings, cells by the name of their column.

    `unknown_columns` counts headings that the form does not know; what stands below them is not read.
    """

    sheet: Sheet
    lines: Mapping[int, Mapping[str, Cell]]
    unknown_columns: int = 0


def sheets_by_name(raw_sheets: Sequence[RawSheet]) -> dict[str, list[RawSheet]]:
    """The sheets of a workbook by the plain form of their names."""
    named: dict[str, list[RawSheet]] = {}
    for sheet in raw_sheets:
        named.setdefault(plain(sheet.name), []).append(sheet)
    return named


def known_names(form: Form) -> set[str]:
    """The plain names of the sheets that a workbook of this form may hold."""
    return {plain(sheet.name) for sheet in form.sheets} | {plain(form.guide.name)}


def find_table(sheet: Sheet, named: Mapping[str, Sequence[RawSheet]], most_lines: int) -> Table:
    """The lines of one sheet of the form.

    Raises:
        NotFound: the sheet or a column is missing, or there twice, or the sheet goes beyond the limits.
    """
    candidates = named.get(plain(sheet.name), ())
    if not candidates:
        raise NotFound(f"la feuille « {sheet.name} » est absente")
    if len(candidates) > 1:
        raise NotFound(f"plusieurs feuilles s'appellent « {sheet.name} »")
    raw = candidates[0]
    if raw.is_cut:
        raise NotFound(f"la feuille « {sheet.name} » dépasse {most_lines} lignes : recopiez-la dans un modèle neuf")
    wanted = {plain(column.name): column.name for column in sheet.columns}
    nearest: list[str] = []
    for number, cells in list(raw.lines.items())[:HEADING_LINES]:
        headings = {place: wanted.get(plain(as_text(cell))) for place, cell in cells.items()}
        present = [name for name in headings.values() if name is not None]
        if set(present) == set(wanted.values()):
            if len(present) > len(set(present)):
                raise NotFound(f"une colonne de la feuille « {sheet.name} » s'y trouve deux fois")
            return _table(sheet, raw, number, headings)
        nearest = max(nearest, present, key=len)
    missing = ", ".join(f"« {name} »" for name in wanted.values() if name not in nearest)
    raise NotFound(f"dans la feuille « {sheet.name} », il manque : {missing}")


def _table(sheet: Sheet, raw: RawSheet, heading: int, headings: Mapping[int, str | None]) -> Table:
    lines = {}
    for number, cells in raw.lines.items():
        if number > heading:
            named = {
                name: cell
                for place, cell in cells.items()
                if (name := headings.get(place)) is not None
                if cell.kind != "text" or as_text(cell)
            }
            if named:
                lines[number] = named
    return Table(sheet, lines, sum(name is None for name in headings.values()))
