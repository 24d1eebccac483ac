"""The state of the lake at the end of a night: which snapshot it is, and a connection that sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import duckdb

from ingestion.lake.attaching import ALIAS
from ingestion.lake.opening import open_lake
from ingestion.settings import Settings

PARIS = ZoneInfo("Europe/Paris")


class NoSuchNight(LookupError):
    """Nothing is kept of a night; the message says which nights there are."""


def snapshots_of_nights(connection: duckdb.DuckDBPyConnection, alias: str = ALIAS) -> dict[date, int]:
    """The last snapshot of each day in Paris that has one, the oldest first: how things stood at its midnight."""
    return {night: number for number, made_at in snapshots(connection, alias) for night in [_night(made_at)]}


def snapshots(connection: duckdb.DuckDBPyConnection, alias: str = ALIAS) -> list[tuple[int, datetime]]:
    """Every snapshot that is kept and when it was made, the oldest first."""
    return connection.execute(
        f"select snapshot_id, snapshot_time from ducklake_snapshots('{alias}') order by snapshot_id"
    ).fetchall()


def snapshot_of_night(connection: duckdb.DuckDBPyConnection, night: date) -> int:
    """How the lake stood at the end of a night, which bears its date in Paris.

    In a night without a commit, it stood as at the end of the one before.

    Raises:
        NoSuchNight: the night is to come, or nothing is kept of it or from before it.
    """
    kept = snapshots_of_nights(connection)
    before = [number for known, number in kept.items() if known <= night]
    if not before or night > datetime.now(PARIS).date():
        first, last = min(kept), datetime.now(PARIS).date()
        raise NoSuchNight(
            f"The lake keeps nothing of {night}: its nights go from {first} to {last} (PLIE_LAKE_NIGHTS says how many "
            "are kept, and `plie purge` forgets them all)."
        )
    return before[-1]


@contextmanager
def as_of_night(settings: Settings, night: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the lake as it stood at the end of a night, and cannot write.

    Raises:
        FileNotFoundError: nothing was ever loaded here.
        NoSuchNight: as of `snapshot_of_night`.
        LakeUnavailable: the lake cannot be opened.
    """
    now = open_lake(settings, read_only=True)
    try:
        number = snapshot_of_night(now, night)
    finally:
        now.close()
    connection = open_lake(settings, snapshot=number)
    try:
        yield connection
    finally:
        connection.close()


def _night(made_at: datetime) -> date:
    return made_at.astimezone(PARIS).date()
