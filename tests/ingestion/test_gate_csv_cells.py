"""The two ways of cutting a CSV into cells against each other and against Python's `csv` module."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.gate import csv_cells
from ingestion.gate.csv_cells import Malformed, Undecodable, as_utf8, read_header, read_rows

Answer = list[tuple[int, list[str]]] | int
"""Line and cells of each row below the header, or the line that is malformed."""

PIECES = [
    "a", "é", "😀", " ", ";", ";", "\n", "\n", "\r\n", "\r", '"', '""', '"x"', '"x;y"', '"x\ny"', '"x""y"', "\ufeff",
    "1;2\n", '"1";"2"\n', '"1";\r\n', "\n\n", "\r\n\r\n", "N/A", "null",
]  # fmt: skip


def by_the_standard_library(content: bytes, width: int) -> Answer:
    reader = csv.reader(io.StringIO(content.decode(), newline="\n"), delimiter=";", strict=True)
    rows: list[tuple[int, list[str]]] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader) or [""]
        except StopIteration:
            return rows[1:]
        except csv.Error:
            return line
        if len(cells) != width:
            return line
        rows.append((line, cells))


def by_the_gate(content: bytes, width: int) -> Answer:
    try:
        rows = read_rows(content, ";", width)
    except Malformed as error:
        return error.line
    cells = zip(*(column.to_pylist() for column in rows.columns), strict=True)
    return [(line, [cell or "" for cell in row]) for line, row in zip(rows.lines.to_pylist(), cells, strict=True)]


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
def test_any_text_gives_the_rows_or_the_bad_line_that_the_standard_library_gives(body: str) -> None:
    content = f"h;k\n{body}".encode()
    assert by_the_gate(content, 2) == by_the_standard_library(content, 2)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([piece for piece in PIECES if ";" not in piece]), max_size=12).map("".join))
def test_so_it_does_for_a_single_column_where_an_empty_line_is_a_row(body: str) -> None:
    content = f"h\n{body}".encode()
    assert by_the_gate(content, 1) == by_the_standard_library(content, 1)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_plain_bytes_take_the_fast_way(monkeypatch: pytest.MonkeyPatch, line_end: str, quote: str) -> None:
    rows = [["h", "k"], *([str(number), "x;y" if quote else "é"] for number in range(1000))]
    content = "".join(";".join(f"{quote}{cell}{quote}" for cell in row) + line_end for row in rows).encode()
    monkeypatch.setattr(csv_cells, "_read_strictly", None)
    assert by_the_gate(content, 2) == [(line, row) for line, row in enumerate(rows[1:], start=2)]


def test_a_line_break_inside_a_cell_moves_the_lines_after_it() -> None:
    assert by_the_gate(b'h;k\n"a\nb\nc";1\nd;2\n', 2) == [(2, ["a\nb\nc", "1"]), (5, ["d", "2"])]


def test_more_rows_than_are_put_together_at_once_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_cells, "_ROWS_AT_ONCE", 7)
    content = b'h;k\n"a\nb";1\n' + b"".join(b"%d;x\n" % number for number in range(50))
    answer = by_the_gate(content, 2)
    assert isinstance(answer, list)
    assert [row[1][0] for row in answer] == ["a\nb", *map(str, range(50))]


def test_quotes_are_followed_across_the_blocks_in_which_they_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_cells, "_BLOCK", 5)
    content = b'"h";"k"\n' + b'"a;b";"c"\n' * 9
    assert by_the_gate(content, 2) == [(line, ["a;b", "c"]) for line in range(2, 11)]
    assert by_the_gate(content + b'"a";b"c"\n', 2) == by_the_standard_library(content + b'"a";b"c"\n', 2)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "iso-8859-1", "iso-8859-15"])
def test_every_encoding_of_the_contract_gives_the_same_text(encoding: str) -> None:
    text = "été;œuvre;€\n" if encoding in ("cp1252", "iso-8859-15", "utf-8") else "été;ça;où\n"
    assert as_utf8(text.encode(encoding), encoding) == text.encode()


def test_a_byte_order_mark_is_dropped_from_utf8_only() -> None:
    assert as_utf8(b"\xef\xbb\xbfa;b\n", "utf-8") == b"a;b\n"
    assert read_header(as_utf8(b"\xef\xbb\xbfa;b\n", "cp1252"), ";") == ["ï»¿a", "b"]


@pytest.mark.parametrize(
    ("content", "encoding", "line"),
    [
        (b"a\nb\n\xe9\n", "utf-8", 3),
        (b"\xff\xfea\0", "utf-8", 1),
        (b"a\n\xed\xa0\x80\n", "utf-8", 2),
        (b"a\n\xc3", "utf-8", 2),
        (b"a\n\x81\n", "cp1252", 2),
    ],
)
def test_undecodable_bytes_are_told_by_their_line(content: bytes, encoding: str, line: int) -> None:
    with pytest.raises(Undecodable) as caught:
        as_utf8(content, encoding)
    assert caught.value.line == line


def test_a_line_that_never_ends_is_malformed_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_cells, "_BLOCK", 16)
    with pytest.raises(Malformed) as caught:
        as_utf8("ab\nc;é\n".encode() + "é".encode() * 100, "utf-8")
    assert caught.value.line == 3


@pytest.mark.parametrize("cell", [b"x" * 4097, "é".encode() * 2049, b'"' + b"x\n" * 3000 + b'"'])
def test_a_cell_over_4_kib_is_malformed(cell: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        read_rows(b"h;k\na;b\n" + cell + b";c\n", ";", 2)
    assert caught.value.line == 3


def test_a_cell_of_4_kib_is_not() -> None:
    assert by_the_gate(b"h;k\n" + b"x" * 4096 + b";c\n", 2) == [(2, ["x" * 4096, "c"])]
