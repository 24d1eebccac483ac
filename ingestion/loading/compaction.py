"""Writes the warehouse's file anew, so that nothing of a deleted row is left in it.

DuckDB only marks a deleted row: its bytes stay in the row group until that is rewritten, and in the freed blocks of
the file after that (measured on 1.5.5; there is no setting that wipes them). A person whose rows were erased is gone
from the file once it is copied, table by table, into a new one.
"""

from __future__ import annotations

import os

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse_file import open_warehouse


def compact(settings: Settings) -> None:
    """Replaces the warehouse's file by a copy of what can still be queried in it.

    For the holder of the writer lock, with no connection open. A crash leaves the old file or the new one, whole. The
    disk must have room for both.

    Raises:
        WarehouseBusy: another program has the file open.
        OSError, duckdb.Error: the copy could not be made; the warehouse is as it was.
    """
    # Opening and closing it folds the write-ahead log into the file.
    open_warehouse(settings).close()
    aside = settings.warehouse.with_name(f".{settings.warehouse.name}.new")
    aside.unlink(missing_ok=True)
    # Views name the catalogue that they were made in, which is called after the file.
    catalogue = settings.warehouse.stem
    try:
        with duckdb.connect(config=settings.duckdb_limits) as connection:
            connection.execute("set enable_progress_bar = false")
            connection.execute(f"attach {_quoted(settings.warehouse)} as {catalogue} (read_only)")
            connection.execute(f"attach {_quoted(aside)} as copied")
            connection.execute(f"copy from database {catalogue} to copied")
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(settings.warehouse)
    finally:
        aside.unlink(missing_ok=True)


def _quoted(path: os.PathLike[str]) -> str:
    return "'" + os.fspath(path).replace("'", "''") + "'"
