"""Cuts the bytes of a CSV resource into cells: every cell as text, with the line that each row begins on.

Two ways give the same answer. Plain bytes go through pyarrow, which is fast but lenient; anything that could deceive
it (a quote in an odd place, a lone carriage return, an empty line, a line break inside a cell, an endless cell) goes
through Python's strict `csv` reader, which says where it stumbled.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

CELL_LIMIT = 4 * 1024
"""Bytes of UTF-8 that one cell may hold."""
LINE_LIMIT = 64 * 1024
"""Characters that one physical line may hold; far more than the widest resource of cells within their limit."""

_QUOTE = b'"'
_BOM = b"\xef\xbb\xbf"
_BLOCK = 4 * 1024 * 1024
_ROWS_AT_ONCE = 50_000


class Undecodable(ValueError):
    """The bytes are no text in the declared encoding; `line` is where (1 = header)."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


class Malformed(ValueError):
    """A line has not as many cells as the header, a quote stays open, a NUL byte occurs, a cell or a line is endless.

    `line` is where (1 = header).
    """

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclass(frozen=True)
class Rows:
    """The cells of a resource, without its header.

    `columns` has one string array per column of the header, in its order, an empty cell being null; `lines` is the
    physical line on which each row begins (1 = header).
    """

    columns: list[pa.ChunkedArray]
    lines: pa.Array


def as_utf8(content: bytes, encoding: str) -> bytes:
    """The same text in UTF-8, without a byte order mark.

    Raises:
        Undecodable: the bytes are not in `encoding`, which is one of the contract's.
        Malformed: a line is so long that decoding it could exhaust the memory.
    """
    if encoding == "utf-8":
        content = content.removeprefix(_BOM)
    if content.isascii():
        return content
    decoded = []
    start = 0
    while start < len(content):
        end = content.rfind(b"\n", start, start + _BLOCK) + 1 or min(len(content), start + _BLOCK)
        if content[end - 1 : end] != b"\n" and end < len(content):
            raise Malformed(content.count(b"\n", 0, start) + 1)
        try:
            text = content[start:end].decode(encoding)
        except UnicodeDecodeError as error:
            raise Undecodable(content.count(b"\n", 0, start + error.start) + 1) from None
        if encoding != "utf-8":
            decoded.append(text.encode("utf-8"))
        start = end
    return b"".join(decoded) if decoded else content


def read_header(content: bytes, delimiter: str) -> list[str]:
    """The cells of the first line of UTF-8 text; an empty list when there is none.

    Raises:
        Malformed: a NUL byte occurs anywhere, or the header is not closed or endless.
    """
    if b"\0" in content:
        raise Malformed(content.count(b"\n", 0, content.index(b"\0")) + 1)
    for _, cells in _strict(content, delimiter):
        return cells
    return []


def read_rows(content: bytes, delimiter: str, width: int) -> Rows:
    """The rows below the header of UTF-8 text whose header has `width` cells.

    Raises:
        Malformed: at the first line that the contract's dialect does not allow.
    """
    body = content.find(b"\n") + 1 or len(content)
    if _is_plain(content, body, delimiter):
        try:
            rows = _read_plain(content, body, delimiter, width)
        except pa.ArrowInvalid:
            rows = None
        if rows is not None:
            return rows
    return _read_strictly(content, delimiter, width)


def _is_plain(content: bytes, body: int, delimiter: str) -> bool:
    """Whether lines can be cut at line feeds and cells read leniently without any difference to the strict reading.

    `body` is where the second line begins; pyarrow would take a byte order mark there for the file's own.
    """
    if b"\n\n" in content or b"\n\r\n" in content or content.startswith((b"\n", b"\r")):
        return False
    if b"\r" in content and content.count(b"\r") != content.count(b"\r\n"):
        return False
    if content.count(_QUOTE, 0, body) % 2 or content.startswith(_BOM, body):
        return False
    return _QUOTE not in content or _quotes_wrap_cells(content, delimiter)


def _quotes_wrap_cells(content: bytes, delimiter: str) -> bool:
    """Whether quotes only open at the start of a cell and close at its end, none inside it."""
    text = np.frombuffer(content, dtype=np.uint8)
    is_edge = np.isin(np.arange(256), np.frombuffer(f"{delimiter}\r\n".encode(), dtype=np.uint8))
    seen = 0
    for start in range(0, len(text), _BLOCK):
        places = np.flatnonzero(text[start : start + _BLOCK] == ord(_QUOTE)) + start
        opening, closing = places[seen % 2 :: 2], places[1 - seen % 2 :: 2]
        seen += len(places)
        if not is_edge[text[opening[opening > 0] - 1]].all():
            return False
        if not is_edge[text[closing[closing < len(text) - 1] + 1]].all():
            return False
    return seen % 2 == 0


def _read_plain(content: bytes, body: int, delimiter: str, width: int) -> Rows | None:
    """The rows as pyarrow reads them; None when a cell is too long or holds a line break, which puts lines off."""
    names = [str(place) for place in range(width)]
    if body == len(content):
        return Rows([pa.chunked_array([], pa.string()) for _ in names], pa.array([], pa.int32()))
    line_count = content.count(b"\n", body) + (not content.endswith(b"\n"))
    table = arrow_csv.read_csv(
        pa.py_buffer(memoryview(content)[body:]),
        read_options=arrow_csv.ReadOptions(use_threads=False, column_names=names),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter,
            quote_char='"',
            double_quote=True,
            escape_char=False,
            newlines_in_values=_QUOTE in content,
            ignore_empty_lines=False,
        ),
        convert_options=arrow_csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    longest = max(pc.max(pc.binary_length(column)).as_py() or 0 for column in table.columns)
    if table.num_rows != line_count or longest > CELL_LIMIT:
        return None
    return Rows(table.columns, pa.array(np.arange(2, line_count + 2, dtype=np.int32)))


def _read_strictly(content: bytes, delimiter: str, width: int) -> Rows:
    chunks: list[list[pa.Array]] = [[] for _ in range(width)]
    lines: list[int] = []
    pending: list[list[str]] = []

    def flush() -> None:
        for column, cells in zip(chunks, zip(*pending, strict=True), strict=False):
            column.append(pa.array([cell or None for cell in cells], pa.string()))
        pending.clear()

    records = _strict(content, delimiter)
    next(records, None)
    for line, cells in records:
        if len(cells) != width or any(_is_too_long(cell) for cell in cells):
            raise Malformed(line)
        lines.append(line)
        pending.append(cells)
        if len(pending) == _ROWS_AT_ONCE:
            flush()
    flush()
    return Rows([pa.chunked_array(column, pa.string()) for column in chunks], pa.array(lines, pa.int32()))


def _is_too_long(cell: str) -> bool:
    return len(cell) > CELL_LIMIT // 4 and len(cell.encode("utf-8")) > CELL_LIMIT


def _strict(content: bytes, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each record, header first; an empty line is one empty cell."""
    reader = csv.reader(_lines(content), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Malformed(line) from None
        yield line, cells or [""]


def _lines(content: bytes) -> Iterator[str]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="\n")
    number = 0
    while line := text.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) > LINE_LIMIT:
            raise Malformed(number)
        yield line
