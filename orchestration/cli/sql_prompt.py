"""The SQL prompt on the published snapshot: completion of tables and columns, readable tables, read only."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import duckdb
from rich.table import Table
from rich.text import Text

from ingestion.settings import Settings
from orchestration.cli.console import CommandFailed, errors, out

_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
SHOWN_ROWS = 200
"""Rows that the table view shows; `--csv` prints them all."""
WIDEST_CELL = 40
"""Characters after which the text of a cell may go on in a second line before a table counts as too wide."""


@contextmanager
def open_snapshot(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the published snapshot, with `marts` as the default schema.

    Raises:
        CommandFailed: nothing is published yet.
    """
    if not settings.snapshot.exists():
        raise CommandFailed(f"nothing is published in {settings.published}: run `plie build` (or `plie demo`) first.")
    connection = duckdb.connect(str(settings.snapshot), read_only=True, config={"enable_external_access": False})
    try:
        connection.execute("use marts")
        yield connection
    finally:
        connection.close()


@contextmanager
def open_night(settings: Settings, night: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the marts of the lake as they stood at the end of a night; it cannot write to it.

    Raises:
        CommandFailed: the warehouse is a file, which keeps no former state, or the lake keeps none of that night.
    """
    if settings.store != "ducklake":
        raise CommandFailed(
            "a file keeps no former state: --night needs a lake (PLIE_ENGINE=ducklake). What was published of a year is"
            " in its editions: `plie editions`."
        )
    from ingestion.lake.nights import NoSuchNight, as_of_night

    try:
        with as_of_night(settings, night) as connection:
            try:
                connection.execute("use lake.marts")
            except duckdb.CatalogException:
                raise CommandFailed(f"nothing had been built at the end of {night}.") from None
            yield connection
    except (NoSuchNight, FileNotFoundError) as error:
        raise CommandFailed(str(error)) from None


def show(connection: duckdb.DuckDBPyConnection, query: str, as_csv: bool = False) -> None:
    """Runs one query and prints its rows.

    Raises:
        CommandFailed: DuckDB refused the query; the message is DuckDB's.
    """
    try:
        cursor = connection.execute(query)
        columns = [column[0] for column in cursor.description or ()]
        if as_csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(columns)
            while rows := cursor.fetchmany(10_000):
                writer.writerows([harmless(cell) for cell in row] for row in rows)
            return
        rows = cursor.fetchmany(SHOWN_ROWS + 1)
    except duckdb.Error as error:
        raise CommandFailed(str(error)) from None
    cells = [list(map(_cell, row)) for row in rows[:SHOWN_ROWS]]
    if rows and _width(columns, cells) > out.width:
        _show_records(columns, cells)
    else:
        _show_table(columns, rows, cells)
    if len(rows) > SHOWN_ROWS:
        out.print(f"… only the first {SHOWN_ROWS} rows are shown; --csv prints them all")
    else:
        out.print(f"({len(rows)} row{'' if len(rows) == 1 else 's'})")


def _width(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    """Characters that the table takes when no cell is broken, but for long texts."""
    widest = (max(len(column), *(min(len(row[at]), WIDEST_CELL) for row in cells)) for at, column in enumerate(columns))
    return sum(widest) + 2 * (len(columns) - 1)


def _show_table(columns: Sequence[str], rows: Sequence[tuple[object, ...]], cells: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column, value in zip(columns, rows[0] if rows else columns, strict=True):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    out.print(table)


def _show_records(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """One line a column, for rows that are wider than the screen."""
    for number, row in enumerate(cells, start=1):
        table = Table(box=None, show_header=False, pad_edge=False, title=f"row {number}", title_justify="left")
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for column, cell in zip(columns, row, strict=True):
            table.add_row(Text(column), Text(cell))
        out.print(table)


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula when it opens the file: text that begins like one is quoted."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_LIKE_A_FORMULA) else cell


def _cell(value: object) -> str:
    if value is None:
        return ""
    # Adding zero takes the sign from a zero that was rounded to.
    return f"{value + 0.0:.12g}" if isinstance(value, float) else str(value)


def _words(connection: duckdb.DuckDBPyConnection) -> list[str]:
    names = connection.execute(
        "select distinct table_name from information_schema.columns"
        " union select distinct column_name from information_schema.columns"
        " union select keyword_name from duckdb_keywords()"
    ).fetchall()
    return sorted(name for (name,) in names)


def prompt(connection: duckdb.DuckDBPyConnection) -> None:
    """Reads queries, each ended by `;`, until Ctrl-D. A query that fails says why and loses nothing."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.lexers import PygmentsLexer
    from pygments.lexers.sql import SqlLexer

    out.print("Read-only SQL on the published snapshot. End a query with ; — Tab completes, Ctrl-D leaves.")
    session: PromptSession[str] = PromptSession(
        lexer=PygmentsLexer(SqlLexer), completer=WordCompleter(_words(connection), ignore_case=True)
    )
    pending = ""
    while True:
        try:
            line = session.prompt("   ...> " if pending else "plie sql> ")
        except KeyboardInterrupt:
            pending = ""
            continue
        except EOFError:
            return
        pending = f"{pending}\n{line}".strip()
        if pending.endswith(";"):
            try:
                show(connection, pending)
            except CommandFailed as error:
                errors.print(str(error), markup=False)
            pending = ""
