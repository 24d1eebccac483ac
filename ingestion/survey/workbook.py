"""Reads the sheets of an .xlsx as it stands: values as typed and as stored, merged cells, formulas never evaluated.

Elements are known by their local names, so that the "strict" dialect of the format reads the same.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from ingestion.survey.container import Parts, Unreadable
from ingestion.survey.form import SurveyLimits

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENT_FORMATS = frozenset((9, 10))
_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_CELLS = 200_000


@dataclass(frozen=True)
class Cell:
    """One cell that is not empty.

    `kind` is `text`, `number`, `boolean`, `error`, `date`, `percent` or `formula`; `text` is its content (a number as
    it is stored, a formula as nothing at all).
    """

    kind: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class RawSheet:
    """One sheet: cells that are not empty by line (1 = first of the sheet) and column (0 = A).

    `is_cut` says that lines or columns lie beyond the limits.
    """

    name: str
    lines: dict[int, dict[int, Cell]]
    is_cut: bool = False


@dataclass(frozen=True)
class _Styles:
    """Which styles of cells show a date or a percentage."""

    dates: frozenset[int]
    percents: frozenset[int]


def read_sheets(parts: Parts, limits: SurveyLimits, unread: str) -> list[RawSheet]:
    """Every worksheet of a workbook, in its order, but the one named `unread`.

    Raises:
        Unreadable: a part is missing or damaged.
    """
    book = _main_part(parts)
    targets = _relations(parts, book)
    shared = _shared_strings(parts, targets)
    styles = _styles(parts, targets)
    starts_1904 = False
    sheets = []
    for element in parts.elements(book):
        if _local(element) == "workbookPr":
            starts_1904 = element.get("date1904") in ("1", "true")
        if _local(element) == "sheet":
            kind, target = targets.get(_attribute(element, "id"), ("", ""))
            if kind == "worksheet" and element.get("name") != unread:
                sheets.append((element.get("name", ""), target))
    base = date(1904, 1, 1) if starts_1904 else date(1899, 12, 30)
    return [_Reader(shared, styles, base, limits).sheet(name, parts.elements(target)) for name, target in sheets]


def _main_part(parts: Parts) -> str:
    found = [target for kind, target in _relations(parts, "").values() if kind == "officeDocument"]
    if not found:
        raise Unreadable("ce fichier n'est pas un classeur : envoyez le modèle de l'enquête rempli, en .xlsx.")
    return found[0]


def _relations(parts: Parts, owner: str) -> dict[str, tuple[str, str]]:
    """Kind and part of each relation of a part, by its id."""
    folder, name = posixpath.split(owner)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    relations = {}
    for element in parts.elements(rels):
        if _local(element) == "Relationship" and element.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/")
            relations[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], target)
    return relations


def _shared_strings(parts: Parts, targets: dict[str, tuple[str, str]]) -> list[str]:
    found = [target for kind, target in targets.values() if kind == "sharedStrings"]
    if not found or found[0] not in parts:
        return []
    return [_string(element) for element in parts.elements(found[0]) if _local(element) == "si"]


def _styles(parts: Parts, targets: dict[str, tuple[str, str]]) -> _Styles:
    found = [target for kind, target in targets.values() if kind == "styles"]
    if not found or found[0] not in parts:
        return _Styles(frozenset(), frozenset())
    own: dict[int, str] = {}
    formats: list[int] = []
    for element in parts.elements(found[0]):
        if _local(element) == "numFmt":
            own[_number(element.get("numFmtId"))] = _LITERALS.sub("", element.get("formatCode", "")).lower()
        if _local(element) == "cellXfs":
            formats = [_number(child.get("numFmtId")) for child in element]
    dates = {number for number, code in own.items() if re.search(r"[dmyhsaj]", code) and "general" not in code}
    percents = {number for number, code in own.items() if "%" in code}
    return _Styles(
        frozenset(style for style, number in enumerate(formats) if number in _DATE_FORMATS | dates),
        frozenset(style for style, number in enumerate(formats) if number in _PERCENT_FORMATS | percents),
    )


class _Reader:
    """Turns the elements of one sheet into cells."""

    def __init__(self, shared: list[str], styles: _Styles, base: date, limits: SurveyLimits) -> None:
        self._shared = shared
        self._styles = styles
        self._base = base
        self._limits = limits

    def sheet(self, name: str, elements: Iterator[Element]) -> RawSheet:
        lines: dict[int, dict[int, Cell]] = {}
        merged: list[str] = []
        line = column = count = 0
        is_cut = False
        row: list[tuple[int | None, int | None, Cell | None]] = []
        for element in elements:
            kind = _local(element)
            if kind == "c":
                count += 1
                if count > _CELLS:
                    return RawSheet(name, lines, is_cut=True)
                row.append((*_place(element.get("r")), self._cell(element)))
                element.clear()
            elif kind == "row":
                line = _number(element.get("r"), line + 1)
                column = -1
                for stated_line, stated_column, cell in row:
                    line = stated_line or line
                    column = column + 1 if stated_column is None else stated_column
                    if cell is not None:
                        if line > self._limits.lines or column >= self._limits.columns:
                            is_cut = True
                        else:
                            lines.setdefault(line, {})[column] = cell
                row = []
                element.clear()
            elif kind == "mergeCell":
                merged.append(element.get("ref", ""))
        for reference in merged[: self._limits.lines]:
            self._spread(reference, lines)
        return RawSheet(name, dict(sorted(lines.items())), is_cut)

    def _cell(self, element: Element) -> Cell | None:
        """The value of a `c` element; None when it is empty."""
        kind = element.get("t", "n")
        value = next((child.text or "" for child in element if _local(child) == "v"), "")
        if any(_local(child) == "f" for child in element):
            return Cell("formula", "")
        if kind == "inlineStr":
            return _text(next((_string(child) for child in element if _local(child) == "is"), ""))
        if kind == "s":
            place = _number(value, -1)
            return _text(self._shared[place]) if 0 <= place < len(self._shared) else None
        if kind == "str":
            return _text(_unescaped(value))
        if not value.strip():
            return None
        if kind == "b":
            return Cell("boolean", "VRAI" if value.strip() in ("1", "true") else "FAUX")
        if kind == "e":
            return Cell("error", "")
        if kind == "d":
            return Cell("date", value.strip())
        style = _number(element.get("s"), 0)
        if style in self._styles.dates:
            return Cell("date", self._day(value))
        return Cell("percent" if style in self._styles.percents else "number", value.strip())

    def _day(self, serial: str) -> str:
        try:
            return (self._base + timedelta(days=int(float(serial)))).isoformat()
        except (ValueError, OverflowError):
            return ""

    def _spread(self, reference: str, lines: dict[int, dict[int, Cell]]) -> None:
        """A merged cell of text says the same of each line that it covers; its figures stand on the first alone."""
        start, _, end = reference.partition(":")
        (top, left), (bottom, _right) = _place(start), _place(end or start)
        if top is None or left is None or bottom is None or top not in lines:
            return
        cell = lines[top].get(left)
        if cell is not None and cell.kind == "text":
            for line in range(top + 1, min(bottom, self._limits.lines) + 1):
                if line in lines:
                    lines[line].setdefault(left, cell)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name and "}" in key), "")


def _string(element: Element) -> str:
    """The text of a string item without its phonetic guides."""
    if _local(element) == "rPh":
        return ""
    own = _unescaped(element.text or "") if _local(element) == "t" else ""
    return own + "".join(_string(child) for child in element)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def _text(text: str) -> Cell | None:
    return Cell("text", text) if text.strip() else None


def _number(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text is not None and text.strip().isascii() and text.strip().isdigit() else otherwise


def _place(reference: str | None) -> tuple[int | None, int | None]:
    """Line (1 = first) and column (0 = A) of a reference such as `B12`."""
    match = _REFERENCE.fullmatch((reference or "").replace("$", ""))
    if match is None:
        return None, None
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match.group(2)), column - 1
