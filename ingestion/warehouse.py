"""Opens the warehouse, whatever it is kept in: a file of DuckDB, or a DuckLake. Nothing else has to know which."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import duckdb

from ingestion import warehouse_file
from ingestion.list_values import as_list_value
from ingestion.raw_schema import create_raw_schema
from ingestion.settings import Settings
from ingestion.warehouse_busy import WarehouseBusy

__all__ = [
    "WarehouseBusy",
    "as_list_value",
    "exists",
    "open_warehouse",
    "prepare_raw",
    "reading",
    "tidy",
    "writer_lock",
    "writing",
]

logger = logging.getLogger(__name__)


def exists(settings: Settings) -> bool:
    """Whether anything was ever loaded here."""
    if settings.store == "duckdb":
        return settings.warehouse.exists()
    from ingestion.lake import opening

    return opening.exists(settings)


def writer_lock(
    settings: Settings, task: str, on_wait: Callable[[str], None] | None = None
) -> AbstractContextManager[None]:
    """Holds the right to write to the warehouse while the block runs; in a lake, loads of single PLIE go on meanwhile.

    A killed process frees it. Re-entrant across threads it is not.

    Args:
        task: what the holder does, in words, for whoever waits.
        on_wait: called once with the holder's description before waiting.

    Raises:
        WarehouseBusy: the lock was not free within `settings.lock_timeout` seconds.
    """
    if settings.store == "duckdb":
        return warehouse_file.writer_lock(settings, task, on_wait)
    from ingestion.lake import opening

    return opening.writer_lock(settings, task, on_wait)


def open_warehouse(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A connection that may write, for the holder of the writer lock.

    Raises:
        WarehouseBusy: the file stayed open elsewhere for `settings.lock_timeout` seconds.
        LakeUnavailable: the lake cannot be opened.
    """
    if settings.store == "duckdb":
        return warehouse_file.open_warehouse(settings)
    from ingestion.lake import opening

    return opening.open_lake(settings)


def prepare_raw(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Makes sure that the tables of `raw` are there."""
    if settings.store == "duckdb":
        create_raw_schema(connection)
        return
    from ingestion.lake import opening

    opening.ensure_raw_schema(connection, settings)


def tidy(settings: Settings) -> None:
    """Forgets what a lake need not keep any more, and merges its small files; nothing on a file.

    For the holder of the writer lock, with no connection open. What cannot be done now, the next time does.
    """
    if settings.store == "duckdb":
        return
    from ingestion.lake import retention

    try:
        retention.tidy(settings)
    except (duckdb.Error, WarehouseBusy):
        logger.exception("The lake could not be tidied; nothing is lost, the next build tries again")


@contextmanager
def writing(
    settings: Settings, task: str, on_wait: Callable[[str], None] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may write, with the `raw` schema in place; alone in its right to write until the block ends."""
    with writer_lock(settings, task, on_wait):
        connection = open_warehouse(settings)
        try:
            prepare_raw(connection, settings)
            yield connection
        finally:
            connection.close()


@contextmanager
def reading(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the warehouse itself; it waits for a writer of a file to end, for nobody of a lake.

    What it sees does not change while it is open.

    Raises:
        FileNotFoundError: nothing was ever loaded here.
        WarehouseBusy: a writer held the file for `settings.lock_timeout` seconds.
    """
    if settings.store == "duckdb":
        with warehouse_file.reading(settings) as connection:
            yield connection
        return
    from ingestion.lake import opening

    connection = opening.open_present(settings)
    try:
        yield connection
    finally:
        connection.close()
