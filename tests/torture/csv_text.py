"""Spoils the CSV files of a sound delivery: single cells, whole lines, quoting, line ends, bytes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.torture import personal
from tests.torture.csv_values import BYTES, DATES, ENCODINGS, EVERY, LARGEST, NUMBERS, NUMERIC, PLAUSIBLE, TEXTS


@dataclass
class Table:
    """A CSV file in cells, and how it is written. `rows` begins with the header."""

    rows: list[list[str]]
    encoding: str
    quotes: str = "never"
    line_end: str = "\n"
    has_mark: bool = False
    last_line_ends: bool = True
    after: list[Callable[[bytes], bytes]] = field(default_factory=list)

    def written(self) -> bytes:
        """The bytes of the file."""
        lines = [";".join(self._cell(cell) for cell in row) for row in self.rows]
        text = self.line_end.join(lines) + (self.line_end if self.last_line_ends else "")
        content = text.encode(self.encoding, "surrogatepass" if self.encoding.startswith("utf") else "replace")
        if self.has_mark:
            content = b"\xef\xbb\xbf" + content
        for change in self.after:
            content = change(content)
        return content

    def _cell(self, cell: str) -> str:
        needs = self.quotes == "always" or (self.quotes == "necessary" and any(mark in cell for mark in ';"\n\r'))
        return '"' + cell.replace('"', '""') + '"' if needs else cell


Mutator = Callable[[random.Random, Table], None]


def _row(rng: random.Random, table: Table) -> list[str]:
    return rng.choice(table.rows[1:] or table.rows)


def _odd_value(rng: random.Random, table: Table, place: int) -> str:
    """Mostly of the kind that the column takes, so that reading it is what fails, or what succeeds by mistake."""
    column = table.rows[0][place] if place < len(table.rows[0]) else ""
    kind = DATES if column.startswith("date_") else NUMBERS if column in NUMERIC else TEXTS
    return rng.choice(kind if rng.random() < 0.7 else EVERY)


def odd_cell(rng: random.Random, table: Table) -> None:
    for _ in range(rng.choice([1, 1, 2, 5])):
        row = _row(rng, table)
        if row:
            place = rng.randrange(len(row))
            row[place] = _odd_value(rng, table, place)


def odd_column(rng: random.Random, table: Table) -> None:
    place = rng.randrange(len(table.rows[0]) or 1)
    for row in table.rows[1:]:
        if place < len(row):
            row[place] = _odd_value(rng, table, place)


def plausible_cells(rng: random.Random, table: Table) -> None:
    for _ in range(rng.choice([1, 2, 6])):
        row = _row(rng, table)
        known = [place for place, name in enumerate(table.rows[0]) if name in PLAUSIBLE and place < len(row)]
        if known:
            place = rng.choice(known)
            row[place] = rng.choice(PLAUSIBLE[table.rows[0][place]])


def cell_of_another_row(rng: random.Random, table: Table) -> None:
    one, other = _row(rng, table), _row(rng, table)
    place = rng.randrange(min(len(one), len(other)) or 1)
    if place < min(len(one), len(other)):
        one[place] = other[place]


def personal_cell(rng: random.Random, table: Table) -> None:
    row = rng.choice(table.rows)
    if row:
        held = personal.value(rng)
        row[rng.randrange(len(row))] = rng.choice([held, f"voir {held} svp", f"voir:{held}", f"{held};", f'"{held}"'])


def cells_exchanged(rng: random.Random, table: Table) -> None:
    one, other = _row(rng, table), _row(rng, table)
    if one and other:
        a, b = rng.randrange(len(one)), rng.randrange(len(other))
        one[a], other[b] = other[b], one[a]


def cell_added_or_removed(rng: random.Random, table: Table) -> None:
    row = rng.choice(table.rows)
    if rng.random() < 0.5 and row:
        del row[rng.randrange(len(row))]
    else:
        row.insert(rng.randint(0, len(row)), rng.choice(["", "x", rng.choice(EVERY)]))


def line_repeated(rng: random.Random, table: Table) -> None:
    table.rows.insert(rng.randint(1, len(table.rows)), list(_row(rng, table)))


def many_lines(rng: random.Random, table: Table) -> None:
    row = _row(rng, table)
    table.rows += [list(row) for _ in range(min(rng.choice([12, 100, 3000]), LARGEST // (1 + sum(map(len, row)))))]


def line_removed(rng: random.Random, table: Table) -> None:
    del table.rows[rng.randrange(len(table.rows))]
    table.rows = table.rows or [[""]]


def empty_line(rng: random.Random, table: Table) -> None:
    table.rows.insert(rng.randint(0, len(table.rows)), rng.choice([[""], [" "], [""] * len(table.rows[0]), ["#"]]))


def lines_shuffled(rng: random.Random, table: Table) -> None:
    body = table.rows[1:]
    rng.shuffle(body)
    table.rows[1:] = body


def odd_header(rng: random.Random, table: Table) -> None:
    header = table.rows[0]
    place = rng.randrange(len(header)) if header else 0
    if not header or rng.random() < 0.2:
        table.rows[0] = []
        return
    name = header[place]
    header[place] = rng.choice(
        [name.upper(), name + " ", " " + name,
        f'"{name}"', "\ufeff" + name, "nom", "prenom", "téléphone", "x", "", name[:-1],
         "a" * 5000, header[0], header[-1], "numero_secu", "\0", "a\nb", "=1+1"]
    )  # fmt: skip


def quoting(rng: random.Random, table: Table) -> None:
    table.quotes = rng.choice(["always", "necessary"])
    cells = ['a"b', '""', '"', "x\ny", "x\r\ny", "x;y", "\n", '"\n', "\r", 'l1\nl2\nl3"']
    for _ in range(rng.choice([0, 1, 3])):
        row = _row(rng, table)
        if row:
            row[rng.randrange(len(row))] = rng.choice(cells)


def stray_quote(rng: random.Random, table: Table) -> None:
    row = rng.choice(table.rows)
    if row:
        place = rng.randrange(len(row))
        row[place] = rng.choice(
            ['"' + row[place], row[place] + '"', f'"{row[place]}"x', f'x"{row[place]}"', '"' * 3, '""']
        )


def line_ends(rng: random.Random, table: Table) -> None:
    table.line_end = rng.choice(["\r\n", "\r", "\n\r", "\n\n", "\r\r\n", "\x85", "\u2028", "\x0b", "\0\n"])


def last_line(rng: random.Random, table: Table) -> None:
    table.last_line_ends = False
    cut = rng.choice([0, 0, 1, 5, 30])
    ending = rng.choice([b"", b"", b"\x1a", b"\0", b"\n\n\n", b"\r", b'"', b";", b"fin"])
    table.after.append(lambda content: content[: len(content) - cut] + ending)


def odd_bytes(rng: random.Random, table: Table) -> None:
    piece, where = rng.choice(BYTES), rng.random()
    table.after.append(
        lambda content: content[: int(where * len(content))] + piece + content[int(where * len(content)) :]
    )


def other_encoding(rng: random.Random, table: Table) -> None:
    row = _row(rng, table)
    if row:
        row[-1] = rng.choice(["é", "€", "œuvre", "ÿ", "\x80"])
    table.encoding = rng.choice(ENCODINGS)


def byte_order_mark(rng: random.Random, table: Table) -> None:
    mark, times = rng.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb"]), rng.choice([1, 1, 2])
    table.after.append(lambda content: mark * times + content)


def endless(rng: random.Random, table: Table) -> None:
    size, mark = rng.choice([4096, 4097, 65_535, 65_537, 200_000]), rng.choice(["a", ";", '"', "é", " ", "\r"])
    row = rng.choice(table.rows)
    row.append(mark * size) if rng.random() < 0.3 or not row else row.__setitem__(-1, mark * size)


def empty_file(rng: random.Random, table: Table) -> None:
    content = rng.choice([b"", b"\n", b"\r\n", b"\xef\xbb\xbf", b"\0", b";", b'"', b'"\n', b" "])
    table.after.append(lambda _: content)


def other_delimiter(rng: random.Random, table: Table) -> None:
    mark = rng.choice([b",", b"\t", b"|", b":", b";;", b" ; "])
    table.after.append(lambda content: content.replace(b";", mark))


def columns_reordered(rng: random.Random, table: Table) -> None:
    order = list(range(len(table.rows[0])))
    rng.shuffle(order)
    if all(len(row) == len(order) for row in table.rows):
        table.rows = [[row[place] for place in order] for row in table.rows]


MUTATORS: tuple[Mutator, ...] = (
    *[odd_cell] * 9, *[plausible_cells] * 9, cell_of_another_row, cell_of_another_row, personal_cell, odd_column,
    cells_exchanged, cell_added_or_removed, line_repeated, many_lines,
    line_removed, empty_line, lines_shuffled, odd_header, quoting, quoting, stray_quote, line_ends, last_line,
    odd_bytes,
    other_encoding, byte_order_mark, endless, empty_file, other_delimiter, columns_reordered,
)  # fmt: skip
