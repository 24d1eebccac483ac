"""Opens the lake as the warehouse: in its connections `raw.…`, `marts.…` are the lake's; temporary tables stay here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ingestion.lake.attaching import ALIAS, attach_lake, lake_path
from ingestion.lake.catalog import connect
from ingestion.lake.locks import HOUSE, MAKING, held
from ingestion.raw_schema import create_raw_schema, lacks_something
from ingestion.settings import Settings


@contextmanager
def writer_lock(settings: Settings, task: str, on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """Alone in the work of the whole house while the block runs; loads go on meanwhile.

    Raises:
        WarehouseBusy: another process did such work for `settings.lock_timeout` seconds.
        LakeUnavailable: the catalog cannot be reached.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    with held(settings, [HOUSE], task, on_wait):
        yield


def open_lake(settings: Settings, *, read_only: bool = False, snapshot: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection to the lake with the limits of the settings; one that may write finds the lake made.

    Raises:
        LakeUnavailable: the message says why and what to do.
        FileNotFoundError: nothing was ever loaded here, and the connection may only read.
    """
    is_there = exists(settings)
    if not is_there:
        if read_only or snapshot is not None:
            raise FileNotFoundError("There is no warehouse in this lake: run `plie load` first.")
        _make(settings)
    connection = _in_memory(settings)
    try:
        attach_lake(connection, settings, read_only=read_only, snapshot=snapshot)
        connection.execute(f"use {ALIAS}")
    except BaseException:
        connection.close()
        raise
    return connection


def exists(settings: Settings) -> bool:
    """Whether the lake was ever made: its tables are there, which come all at once, after those of its catalog."""
    with connect(settings) as catalog:
        if catalog.execute("select to_regclass('ducklake_table') is not null").fetchone() != (True,):
            return False
        return bool(catalog.execute("select exists (select from ducklake_table)").fetchone() == (True,))


def open_present(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A connection that sees the lake as it is now, and goes on seeing that, whatever others commit; it cannot write.

    Raises: as of `open_lake`.
    """
    number = None
    if exists(settings):
        with connect(settings) as catalog:
            row = catalog.execute("select max(snapshot_id) from ducklake_snapshot").fetchone()
        number = int(str(row[0])) if row and row[0] is not None else None
    return open_lake(settings, read_only=True, snapshot=number)


def ensure_raw_schema(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Creates what is missing of `raw`, one process at a time; mostly nothing is."""
    if lacks_something(connection):
        with held(settings, [MAKING], "making the tables of the lake"):
            create_raw_schema(connection)


def _make(settings: Settings) -> None:
    """Makes the lake, unless another process did so while this one waited."""
    with held(settings, [MAKING], "making the lake"):
        if exists(settings):
            return
        place = lake_path(settings)
        if "://" not in place:
            Path(place).mkdir(parents=True, exist_ok=True)
        connection = _in_memory(settings)
        try:
            attach_lake(connection, settings)
            connection.execute(f"use {ALIAS}")
            create_raw_schema(connection)
        finally:
            connection.close()


def _in_memory(settings: Settings) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config=settings.duckdb_limits)
    # DuckDB would draw a bar of its own across ours.
    connection.execute("set enable_progress_bar = false")
    return connection
