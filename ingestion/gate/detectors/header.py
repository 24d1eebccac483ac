"""The first line of a table: which column a place in a line belongs to, and under which name it may be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from ingestion.gate.detectors.identity_columns import identity_in, is_contract_column

_DELIMITERS = (";", "\t", ",", "|")
_LINES_BEFORE = 5
_LONGEST_LINE = 64 * 1024
_EXCEL_HINT = re.compile(rb"sep=.\r?\n?", re.IGNORECASE)
_QUOTED = re.compile(rb'"[^"]*(?:"|$)')
_HARMLESS = re.compile(r"[A-Za-z][A-Za-z_]{0,39}")


@dataclass(frozen=True)
class Header:
    """The folded column names of a table and the line (1 = first) that they stand on."""

    columns: tuple[str, ...]
    delimiter: str
    line: int

    @property
    def identities(self) -> dict[int, str]:
        """Words of identity of each column that is named as one (P04), by its place among the columns."""
        return {place: words for place, column in enumerate(self.columns) if (words := identity_in(column))}

    def column_at(self, line: bytes, place: int) -> str | None:
        """Name of the column in which `place` lies; None when the line does not split as the header does.

        The name is that of the contract or made of known words, or a plain word; else the column's number is given,
        for a header is text of the sender too. A first line without one known name is not taken for a header.
        """
        if len(line) > _LONGEST_LINE or not any(is_contract_column(name) or identity_in(name) for name in self.columns):
            return None
        cuts = _cuts(line, self.delimiter)
        if len(cuts) != len(self.columns) - 1:
            return None
        number = sum(cut < place for cut in cuts)
        name = self.columns[number]
        if is_contract_column(name):
            return name
        return identity_in(name) or (name if _HARMLESS.fullmatch(name) else f"colonne {number + 1}")


def read_header(text: bytes, is_csv: bool) -> Header | None:
    """The header at the top of folded text. A file that is no CSV by name has one if it names a column of
    the contract, or if its next line splits alike."""
    lines = text[: _LINES_BEFORE * _LONGEST_LINE].split(b"\n", _LINES_BEFORE)
    for number, line in enumerate(lines[:_LINES_BEFORE], start=1):
        if not line.strip() or _EXCEL_HINT.fullmatch(line):
            continue
        if len(line) > _LONGEST_LINE or line.lstrip()[:1] in (b"{", b"["):
            return None
        delimiter = max(_DELIMITERS, key=lambda mark: len(_cuts(line, mark)))
        columns = _split(line, delimiter)
        following = lines[number] if number < len(lines) else b""
        if is_csv or any(map(is_contract_column, columns)) or 1 < len(columns) == len(_split(following, delimiter)):
            return Header(columns, delimiter, number)
        return None
    return None


def _split(line: bytes, delimiter: str) -> tuple[str, ...]:
    edges = [-1, *_cuts(line, delimiter), len(line)]
    cells = (line[start + 1 : end] for start, end in pairwise(edges))
    return tuple(cell.decode("ascii").strip().strip('"').strip() for cell in cells)


def _cuts(line: bytes, delimiter: str) -> list[int]:
    """Places of the delimiters outside quotes."""
    if b'"' in line:
        line = _QUOTED.sub(lambda quoted: b" " * len(quoted.group()), line)
    return [match.start() for match in re.finditer(re.escape(delimiter).encode(), line)]
