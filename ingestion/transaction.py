"""One transaction on the warehouse: all of it is committed, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import duckdb

from ingestion.settings import Settings


def transaction(connection: duckdb.DuckDBPyConnection, settings: Settings, said: str) -> AbstractContextManager[None]:
    """A transaction that ends with the block: committed, or rolled back when the block raises.

    For whatever writes to `raw`. In a lake, such transactions come one after the other, whoever makes them: keep what
    is slow outside.

    Args:
        said: what is done, in words, kept with the state of the lake that it leads to: nothing personal.

    Raises:
        duckdb.TransactionException: on a lake, somebody else changed the same tables meanwhile; nothing is committed,
            and it can be done again.
        WarehouseBusy: on a lake, others were committing for `settings.lock_timeout` seconds.
    """
    if settings.store == "duckdb":
        return atomically(connection)
    from ingestion.lake.committing import one_commit

    return one_commit(connection, settings, said)


@contextmanager
def atomically(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """The same for what does not touch `raw`, by the holder of the writer lock."""
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        with suppress(duckdb.Error):
            connection.rollback()
        raise
