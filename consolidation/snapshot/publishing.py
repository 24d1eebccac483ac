"""Writes the snapshot aside and renames it into place, so that reading it and the nightly load never meet.

A reader that has the former file open keeps it until it closes it.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from consolidation.editions.sealing import verify_editions
from consolidation.snapshot.comments import copy_comments
from consolidation.snapshot.house import copy_house_schemas
from consolidation.snapshot.marts import copy_marts
from ingestion.settings import Settings


def publish_snapshot(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Path:
    """Copies every mart, edition and result of the gate to `<data>/published/plie_marts.duckdb`; returns that path.

    Args:
        connection: an open connection to the warehouse; the caller holds the writer lock.

    Raises:
        ValueError: the warehouse holds no marts yet, or a table that would be published tells persons apart.
        EditionAltered: a frozen edition is not what it was; the snapshot that was there stays.
    """
    verify_editions(connection)
    settings.published.mkdir(parents=True, exist_ok=True)
    aside = settings.published / ".plie_marts.duckdb.part"
    aside.unlink(missing_ok=True)
    connection.execute(f"attach '{str(aside).replace(chr(39), chr(39) * 2)}' as snapshot")
    try:
        copy_marts(connection)
        copy_house_schemas(connection)
        copy_comments(connection)
    finally:
        connection.execute("detach snapshot")
    aside.chmod(0o600)
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.replace(settings.snapshot)
    return settings.snapshot
