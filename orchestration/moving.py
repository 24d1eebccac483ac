"""Moves a warehouse from its file into a DuckLake, and back: everything that no build makes, checked row for row.

The source stays as it is. What arrives is there wholly or not at all: in the lake one transaction, in a file a file
that is written aside and renamed. Whoever was interrupted starts again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from consolidation.editions.schema import create_edition_schema
from ingestion.lake.attaching import ALIAS as LAKE
from ingestion.lake.opening import open_lake
from ingestion.raw_schema import create_raw_schema
from ingestion.settings import Settings
from ingestion.table_definitions import create, describe
from ingestion.warehouse import exists, prepare_raw, writer_lock
from quality import storage, waivers

FILE = "moved_file"
"""What the file is called beside the lake."""

MADE_AGAIN = ("staging", "intermediate", "marts", "nomenclature", "orchestration")
"""Schemas that the first build on the other side makes again."""

OnProgress = Callable[[int, int, str], None]
Content = tuple[int, int, int]
"""Number of rows of a table, and two sums over all its rows that another row would change."""


class NotMoved(RuntimeError):
    """Nothing was moved; the message says why and what to do."""


@dataclass(frozen=True)
class Moved:
    """Rows of each table, as `schema.table`, that are on the other side; `was_there`: they were before."""

    rows: dict[str, int]
    was_there: bool


def move(
    settings: Settings,
    to: Literal["ducklake", "duckdb"],
    on_progress: OnProgress | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Moved:
    """Copies what was loaded, decided and frozen to the other store, and compares before it is there for good.

    Args:
        on_progress: tables copied, tables in all, and the name of the last one.

    Raises:
        NotMoved: there is nothing to move, the other side holds data already, or the copy is not the same.
        LakeUnavailable: the lake cannot be opened.
        WarehouseBusy: another process writes to one of the two.
    """
    file = settings.model_copy(update={"engine": "duckdb"})
    lake = settings.model_copy(update={"engine": "ducklake"})
    source = file if to == "ducklake" else lake
    with writer_lock(file, "moving the warehouse", on_wait), writer_lock(lake, "moving the warehouse", on_wait):
        if not exists(source):
            raise NotMoved(f"There is nothing to move: no warehouse in {_place(source)}.")
        if to == "ducklake":
            return _into_lake(file, lake, on_progress)
        return _into_file(file, lake, on_progress)


def _place(settings: Settings) -> str:
    return str(settings.warehouse) if settings.store == "duckdb" else "the lake"


def _into_lake(file: Settings, lake: Settings, on_progress: OnProgress | None) -> Moved:
    with closing(open_lake(lake)) as connection:
        prepare_raw(connection, lake)
        with _file_beside(connection, file.warehouse, read_only=True):
            moved = _already_there(connection, FILE, LAKE, "The lake of PLIE_LAKE_CATALOG")
            if moved is not None:
                return moved
            connection.execute("begin")
            try:
                _create_tables(connection, FILE)
                rows = _copy(connection, FILE, LAKE, on_progress)
                connection.execute("commit")
            except BaseException:
                connection.execute("rollback")
                raise
    return Moved(rows, was_there=False)


def _into_file(file: Settings, lake: Settings, on_progress: OnProgress | None) -> Moved:
    with closing(open_lake(lake, read_only=True)) as connection:
        if file.warehouse.exists():
            with _file_beside(connection, file.warehouse, read_only=True):
                moved = _already_there(connection, LAKE, FILE, f"The file {file.warehouse}")
            if moved is not None:
                return moved
        aside = file.warehouse.with_name(f".{file.warehouse.name}.moving")
        for leftover in (aside, aside.with_name(f"{aside.name}.wal")):
            leftover.unlink(missing_ok=True)
        with _file_beside(connection, aside, read_only=False):
            connection.execute(f"use {FILE}")
            create_raw_schema(connection)
            _create_tables(connection, LAKE)
            connection.execute(f"use {LAKE}")
            rows = _copy(connection, LAKE, FILE, on_progress)
            # Others may have loaded into the lake since: what is missing now would be lost.
            _compare(connection, LAKE, FILE)
    aside.chmod(0o600)
    aside.replace(file.warehouse)
    return Moved(rows, was_there=False)


@contextmanager
def _file_beside(connection: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool) -> Iterator[None]:
    quoted = str(path).replace("'", "''")
    connection.execute(f"attach '{quoted}' as {FILE}{' (read_only)' if read_only else ''}")
    with ExitStack() as cleanup:
        cleanup.callback(connection.execute, f"detach {FILE}")
        cleanup.callback(connection.execute, f"use {LAKE}")
        yield


def _create_tables(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """The tables beside `raw` that the source has, as the rooms that own them define them, in the default database."""
    present = _columns(connection, source)
    if "consolidation.editions" in present:
        create_edition_schema(connection)
    if "consolidation.waivers" in present:
        create(connection, waivers.TABLE)
        describe(connection, waivers.COMMENTS)
    if "quality.runs" in present:
        create(connection, storage.TABLES)
        describe(connection, storage.COMMENTS)


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    """Columns of each table that no build makes."""
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "select columns.schema_name || '.' || columns.table_name, column_name from duckdb_columns() as columns"
        " semi join duckdb_tables() as tables using (database_name, schema_name, table_name)"
        f" where database_name = '{database}' and columns.schema_name not in {MADE_AGAIN} order by 1, column_index"
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found


def _already_there(connection: duckdb.DuckDBPyConnection, source: str, target: str, named: str) -> Moved | None:
    """What an earlier move brought, when the two sides hold the same; None when the target holds nothing.

    Raises:
        NotMoved: the target holds something else.
    """
    theirs = {table: _count(connection, target, table) for table in _columns(connection, target)}
    if not any(theirs.values()):
        return None
    ours = _columns(connection, source)
    if not ours.keys() <= theirs.keys() or any(
        _content(connection, source, table, columns) != _content(connection, target, table, columns)
        for table, columns in ours.items()
    ):
        held = ", ".join(f"{count} rows of {table}" for table, count in theirs.items() if count)
        raise NotMoved(f"{named} holds other data already ({held}): nothing is moved over it. Choose an empty place.")
    return Moved(theirs, was_there=True)


def _copy(
    connection: duckdb.DuckDBPyConnection, source: str, target: str, on_progress: OnProgress | None
) -> dict[str, int]:
    """Copies every table and makes sure that it arrived as it was.

    Raises:
        NotMoved: the target knows a table or a column not, or a table did not arrive as it was.
    """
    here, there = _columns(connection, source), _columns(connection, target)
    for done, (table, columns) in enumerate(here.items(), start=1):
        unknown = sorted(set(columns) - set(there.get(table, [])))
        if unknown:
            raise NotMoved(
                f"{table} has columns that this version does not know ({', '.join(unknown)}): nothing moved."
            )
        listed = ", ".join(columns)
        connection.execute(f"insert into {target}.{table} ({listed}) select {listed} from {source}.{table}")
        if on_progress is not None:
            on_progress(done, len(here), table)
    return _compare(connection, source, target)


def _compare(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> dict[str, int]:
    rows = {}
    for table, columns in _columns(connection, source).items():
        here = _content(connection, source, table, columns)
        if here != _content(connection, target, table, columns):
            raise NotMoved(f"{table} did not arrive as it was, or was written to meanwhile: nothing was moved.")
        rows[table] = here[0]
    return rows


def _content(connection: duckdb.DuckDBPyConnection, database: str, table: str, columns: list[str]) -> Content:
    row = connection.execute(
        f"select count(*), coalesce(sum(hash(columns)), 0), coalesce(bit_xor(hash(columns)), 0)"
        f" from (select row({', '.join(columns)})::varchar as columns from {database}.{table})"
    ).fetchone()
    return (0, 0, 0) if row is None else (int(row[0]), int(row[1]), int(row[2]))


def _count(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> int:
    row = connection.execute(f"select count(*) from {database}.{table}").fetchone()
    return 0 if row is None else int(row[0])
