"""The open figures as an Excel workbook: a page to read first, then one sheet for each kind of territory."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consolidation.editions.edition import Edition
from consolidation.open_data.columns import INDICATORS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

SHEETS = {"national": "France", "region": "Régions", "departement": "Départements", "plie": "PLIE"}
"""One sheet for each scope, in this order."""

MADE_UP = "Données fictives\u202f: aucune personne réelle."

_HIDDEN = (
    "Les effectifs trop petits sont masqués, ainsi que les chiffres qui permettraient de les retrouver\u202f:"
    " leurs cellules sont vides et la colonne «\u202fSecret\u202f» porte «\u202foui\u202f»."
)
_CONTENT = (
    "Une feuille par étendue\u202f; les départements et les PLIE n’y ont que l’année de l’édition. Un PLIE qui n’a pas"
    " répondu à une question n’est ni au numérateur ni au dénominateur. Tous les chiffres sont dans indicators.csv et"
    " indicators.parquet (pour les programmes\u202f: virgules et points décimaux, à ne pas ouvrir dans un tableur)"
    "\u202f; datapackage.json décrit chaque colonne."
)
_MOST_DECIMALS = 2
_HEADER_ROW = 1
_LINE_HEIGHT = 15
_LINE_LENGTH = 95
_ALIGNED = {"string": "left", "integer": "center", "boolean": "center", "number": "right"}
_YES_NO = {True: "oui", False: "non"}


def write_workbook(path: Path, edition: Edition, rows: Iterable[Sequence[Any]]) -> None:
    """Writes the workbook; the same edition and rows give the same bytes.

    Args:
        rows: the columns of `INDICATORS`, then the decimals to show; in the order of the sheets.
    """
    from xlsxwriter import Workbook

    # A label that begins with an equals sign stays a label.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(str(path), plain) as workbook:
        workbook.set_properties(
            {
                "title": _title(edition),
                "comments": MADE_UP if edition.is_made_up else "",
                "created": edition.frozen_at.replace(tzinfo=UTC),
            }
        )
        _read_first(workbook, edition)
        _figures(workbook, edition, rows)


def _title(edition: Edition) -> str:
    return f"Consolidation nationale des PLIE {edition.year}, édition {edition.edition_id}"


def _read_first(workbook: Workbook, edition: Edition) -> None:
    sheet = workbook.add_worksheet("Lisez-moi")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    title = workbook.add_format({"bold": True, "font_size": 16})
    warning = workbook.add_format({"bold": True, "font_color": "#9C0006"})
    bold = workbook.add_format({"bold": True, "valign": "top"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    lines: list[tuple[str, str, Format]] = [(_title(edition), "", title)]
    if edition.is_made_up:
        lines.append((MADE_UP, "", warning))
    lines += [
        ("", "", bold),
        ("PLIE participants", f"{edition.n_plie}", bold),
        ("Motif de la correction", edition.reason or "Sans objet\u202f: première édition de l’année.", bold),
        ("Empreinte de l’édition", edition.digest, bold),
        ("Secret statistique", _HIDDEN, bold),
        ("Contenu", _CONTENT, bold),
        ("", "", bold),
        ("Colonne", "Signification", bold),
        *((column.title, column.description, bold) for column in INDICATORS),
    ]
    for row, (name, text, style) in enumerate(lines):
        sheet.set_row(row, _LINE_HEIGHT * max(1, math.ceil(len(text) / _LINE_LENGTH)) if row else None)
        sheet.write_string(row, 0, name, style)
        if text:
            sheet.write_string(row, 1, text, bold if name == "Colonne" else wrapped)


def _figures(workbook: Workbook, edition: Edition, rows: Iterable[Sequence[Any]]) -> None:
    title = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "text_wrap": True}
    headers = {type_: workbook.add_format(title | {"align": align}) for type_, align in _ALIGNED.items()}
    notice = workbook.add_format({"italic": True, "font_color": "#9C0006" if edition.is_made_up else "#000000"})
    formats = {
        decimals: workbook.add_format({"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")})
        for decimals in range(_MOST_DECIMALS + 1)
    }
    centred = workbook.add_format({"align": "center"})
    names = [column.name for column in INDICATORS]
    scope = names.index("scope")
    sheets = {}
    lengths = dict.fromkeys(SHEETS, _HEADER_ROW)
    for kind, name in SHEETS.items():
        sheet = sheets[kind] = workbook.add_worksheet(name)
        sheet.write_string(0, 0, f"{_title(edition)}{f'. {MADE_UP}' if edition.is_made_up else ''}", notice)
        for index, column in enumerate(INDICATORS):
            sheet.set_column(index, index, column.width)
            sheet.write_string(_HEADER_ROW, index, column.title, headers[column.type])
        sheet.freeze_panes(_HEADER_ROW + 1, 0)
    for row in rows:
        lengths[row[scope]] += 1
        _write_row(
            sheets[row[scope]], lengths[row[scope]], dict(zip((*names, "decimals"), row, strict=True)), formats, centred
        )
    for kind, sheet in sheets.items():
        sheet.autofilter(_HEADER_ROW, 0, max(lengths[kind], _HEADER_ROW + 1), len(INDICATORS) - 1)


def _write_row(sheet: Any, line: int, row: Mapping[str, Any], formats: Mapping[int, Format], centred: Format) -> None:
    for index, column in enumerate(INDICATORS):
        cell = row[column.name]
        if cell is None:
            continue
        if column.type == "boolean":
            sheet.write_string(line, index, _YES_NO[cell], centred)
        elif column.type == "string":
            sheet.write_string(line, index, cell)
        elif column.name == "value":
            sheet.write_number(line, index, cell, formats[min(row["decimals"], _MOST_DECIMALS)])
        elif column.type == "number":
            sheet.write_number(line, index, cell, formats[0 if cell == int(cell) else _MOST_DECIMALS])
        else:
            sheet.write_number(line, index, cell, centred)
