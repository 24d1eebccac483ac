"""Commits to the lake: in turn where they touch `raw`, and each with a word on what was done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from ingestion.lake.attaching import ALIAS
from ingestion.lake.locks import COMMIT, held, verify_own
from ingestion.settings import Settings
from ingestion.table_definitions import verify_key

AUTHOR = "plie"

_PATIENCE = 600.0
"""Seconds to wait for the commits of others, each of which takes a fraction of one, or for the lake to be tidied."""


@contextmanager
def one_commit(connection: duckdb.DuckDBPyConnection, settings: Settings, said: str) -> Iterator[None]:
    """A transaction that no other one on `raw` overlaps; see `ingestion.transaction.transaction`."""
    with held(settings, [COMMIT], said, at_least=_PATIENCE):
        connection.begin()
        try:
            yield
            _verify_keys(connection)
            say(connection, said)
            verify_own()
            connection.commit()
        except BaseException:
            with suppress(duckdb.Error):
                connection.rollback()
            raise


def _verify_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """The keys of the small tables of `raw` that every load writes; `ledger.record` sees to the deliveries'."""
    verify_key(connection, "raw.loaded_plie", "plie_id")
    verify_key(connection, "raw.loaded_surveys", "plie_id", "year")
    verify_key(connection, "raw.warehouse_facts", "name")


def say(connection: duckdb.DuckDBPyConnection, said: str) -> None:
    """Keeps with the state that the transaction under way leads to what was done: nothing personal."""
    connection.execute(f"call {ALIAS}.set_commit_message(?, ?)", [AUTHOR, said])
