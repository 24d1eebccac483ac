"""Reads a set of published figures from a CSV file: id, value, unit, decimals, base, and what the file says of each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

UNITS = ("count", "percent", "ratio", "fte")
_SPELLINGS = {
    "id": ("id", "figure_id"),
    "value": ("value",),
    "unit": ("unit",),
    "decimals": ("decimals", "decimals_published"),
    "base": ("base", "base_n_plie"),
    "year": ("year", "reference_year"),
    "section": ("section",),
    "label": ("label", "label_fr"),
    "indicator_id": ("indicator_id",),
    "category": ("category",),
    "measure": ("measure",),
    "before": ("previous_year_value",),
}
_REQUIRED = ("id", "value", "unit", "decimals")
_MEASURES = ("value", "numerator", "denominator", "n_plie")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


class FiguresError(ValueError):
    """The file cannot be read as figures; the message says where and what to write instead."""


@dataclass(frozen=True)
class Figure:
    """One figure in print.

    Attributes:
        decimals: decimals in print; -3 where it is rounded to the thousand.
        base: number of PLIE that print gives beside it; None where it gives none.
        year: the year that it describes; None where the file does not say.
        indicator_id: the indicator that it is said to give; empty where the file leaves that to its id.
        line: its line in the file, for messages.
    """

    figure_id: str
    value: Fraction
    unit: str
    decimals: int
    base: int | None = None
    year: int | None = None
    section: str = ""
    label_fr: str = ""
    indicator_id: str = ""
    category: str = ""
    measure: str = ""
    line: int = 0


def read_figures(path: Path) -> list[Figure]:
    """The figures of a CSV file (UTF-8, comma or semicolon), in its order.

    Columns: `id` (or `figure_id`), `value`, `unit`, `decimals` (or `decimals_published`); optionally `base` (or
    `base_n_plie`), `year` (or `reference_year`), `section`, `label` (or `label_fr`), and `indicator_id`, `category`,
    `measure` where the id alone does not say what the figure means. A `previous_year_value` makes one figure more.

    Raises:
        FiguresError: the file is empty, lacks a column, or a cell is not what it should be.
        OSError: it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FiguresError(f"{path.name} is not UTF-8: save it as UTF-8 CSV") from None
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise FiguresError(f"{path.name} is empty: its first line must name the columns {', '.join(_REQUIRED)}")
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if lines[0].count(";") > lines[0].count(",") else ","
    )
    names = {name.strip().lower(): name for name in reader.fieldnames or ()}
    columns = {
        key: names[spelling] for key, spellings in _SPELLINGS.items() for spelling in spellings if spelling in names
    }
    if missing := [" or ".join(_SPELLINGS[key]) for key in _REQUIRED if key not in columns]:
        raise FiguresError(f"{path.name} lacks the column {', '.join(missing)}; it has {', '.join(names) or 'none'}")
    figures: list[Figure] = []
    try:
        for row in reader:
            cells = {key: (row[name] or "").strip() for key, name in columns.items()}
            if any(cells.values()):
                figures += _figures_of_row(cells, reader.line_num)
    except csv.Error as error:
        raise FiguresError(f"line {reader.line_num}: not CSV ({error})") from None
    if not figures:
        raise FiguresError(f"{path.name} has no figure under its heading")
    seen: dict[str, int] = {}
    for figure in figures:
        if figure.figure_id in seen:
            first = seen[figure.figure_id]
            raise FiguresError(f"line {figure.line}: the id {figure.figure_id} stands on line {first} already")
        seen[figure.figure_id] = figure.line
    return figures


def _figures_of_row(row: Mapping[str, str], line: int) -> list[Figure]:
    """The figure of one row and, where it recalls the year before, that one."""
    if not row["id"]:
        raise FiguresError(f"line {line}: a figure needs an id")
    if row["unit"] not in UNITS:
        raise FiguresError(f"line {line}, {row['id']}: unit is « {row['unit']} », not one of {', '.join(UNITS)}")
    if (measure := row.get("measure", "")) not in ("", *_MEASURES):
        raise FiguresError(f"line {line}, {row['id']}: measure is « {measure} », not one of {', '.join(_MEASURES)}")
    year = _whole(row, "year", line)
    figure = Figure(
        figure_id=row["id"],
        value=_number(row, "value", line),
        unit=row["unit"],
        decimals=_whole(row, "decimals", line, signed=True) or 0,
        base=_whole(row, "base", line),
        year=year,
        section=row.get("section", ""),
        label_fr=row.get("label", ""),
        indicator_id=row.get("indicator_id", ""),
        category=row.get("category", "") or ("TOTAL" if row.get("indicator_id") else ""),
        measure=measure or ("value" if row.get("indicator_id") else ""),
        line=line,
    )
    if not row.get("before") or year is None:
        return [figure]
    recalled = Figure(
        **{
            **vars(figure),
            "figure_id": f"{figure.figure_id}-{year - 1}",
            "value": _number(row, "before", line),
            "year": year - 1,
            "base": None,
        }
    )
    return [figure, recalled]


def _number(row: Mapping[str, str], key: str, line: int) -> Fraction:
    """An exact number, with a dot or a decimal comma, thousands apart by spaces or not."""
    text = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}\b)", "", row[key])
    if not _NUMBER.fullmatch(text):
        raise FiguresError(f"line {line}, {row['id']}: {key} is « {row[key]} », not a number such as 13850 or 18.5")
    return Fraction(text.replace(",", "."))


def _whole(row: Mapping[str, str], key: str, line: int, signed: bool = False) -> int | None:
    text = row.get(key, "")
    if not text and key != "decimals":
        return None
    if not re.fullmatch(r"-?\d{1,6}" if signed else r"\d{1,9}", text):
        raise FiguresError(f"line {line}, {row['id']}: {key} is « {text} », not a whole number")
    if key == "decimals" and not -9 <= int(text) <= 9:
        raise FiguresError(f"line {line}, {row['id']}: {text} decimals are not between -9 and 9")
    return int(text)
