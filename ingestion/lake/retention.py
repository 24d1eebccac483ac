"""What the lake forgets, and when: states that nobody asks for any more, and the files that only they needed.

A state (snapshot) needs the files from which rows were deleted later. So a row is gone for good once every state that
has it is forgotten: after `PLIE_LAKE_NIGHTS` nights by itself, or at once by `plie purge`, which forgets all nights.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from ingestion.lake.attaching import ALIAS, latest_snapshot
from ingestion.lake.catalog import connect
from ingestion.lake.locks import COMMIT, held
from ingestion.lake.nights import PARIS, snapshots, snapshots_of_nights
from ingestion.lake.opening import open_lake
from ingestion.settings import Settings

logger = logging.getLogger(__name__)

_READERS_MAY_TAKE = timedelta(days=1)
"""A state of that age is surely not being read any more, nor a file that was put aside so long ago."""

_PATIENCE = 600.0
_PINNED = re.compile(r"VERSION\s*=>\s*(\d+)", re.IGNORECASE)

_REWRITE_FROM = 0.25
"""The part of a file's rows that must be deleted before the rest is written anew."""

_TIGHTEN = """
with known as (
    select
        table_id, column_id, min(min_value collate "C") as least, max(max_value collate "C") as greatest,
        bool_or(min_value is null or max_value is null) as lacks_some
    from ducklake_file_column_stats
    where coalesce(value_count, 0) > coalesce(null_count, 0)
    group by table_id, column_id
)

update ducklake_table_column_stats as stats set min_value = known.least, max_value = known.greatest
from known, ducklake_column as described, ducklake_table as described_table, ducklake_schema as described_schema
where
    stats.table_id = known.table_id and stats.column_id = known.column_id and not known.lacks_some
    and described.table_id = stats.table_id and described.column_id = stats.column_id
    and described.end_snapshot is null and lower(described.column_type) = 'varchar'
    and described_table.table_id = stats.table_id and described_table.end_snapshot is null
    and described_schema.schema_id = described_table.schema_id and described_schema.schema_name = 'raw'
    and not exists (select from ducklake_inlined_data_tables as inlined where inlined.table_id = stats.table_id)
"""
"""The least and the greatest value of a column outlive the rows that had them, and may be the pseudonym of a person."""

_WITH_VALUES = ("ducklake_table_column_stats", "ducklake_file_column_stats")


@dataclass(frozen=True)
class Tidied:
    """What was forgotten: states of the lake, and files."""

    n_snapshots: int
    n_files: int


def tidy(settings: Settings, now: datetime | None = None) -> Tidied:
    """Keeps the end of each of the last `settings.lake_nights` nights and all of the last day; merges small files.

    For the holder of the writer lock, after a build. Loads wait meanwhile, readers do not notice.

    Args:
        now: the moment that counts as the present, with its zone.

    Raises:
        WarehouseBusy: others were committing all the while.
        LakeUnavailable: the lake cannot be opened.
    """
    moment = now or datetime.now(UTC)
    with held(settings, [COMMIT], "tidying the lake", at_least=_PATIENCE):
        connection = open_lake(settings)
        try:
            connection.execute(f"call ducklake_flush_inlined_data('{ALIAS}')")
            keep = {number for number, made_at in snapshots(connection) if made_at > moment - _READERS_MAY_TAKE}
            first = moment.astimezone(PARIS).date() - timedelta(days=settings.lake_nights)
            keep |= {number for night, number in snapshots_of_nights(connection).items() if night > first}
            n_snapshots = _forget_but(connection, settings, keep)
            connection.execute(f"call ducklake_rewrite_data_files('{ALIAS}', delete_threshold => {_REWRITE_FROM})")
            connection.execute(f"call ducklake_merge_adjacent_files('{ALIAS}')")
            before = moment - _READERS_MAY_TAKE
            n_files = _destroy(connection, f"older_than => timestamptz '{before.isoformat()}'")
            return Tidied(n_snapshots, n_files)
        finally:
            connection.close()


def forget_all(settings: Settings) -> Tidied:
    """Forgets every state but the present one, and destroys what is not in it: what was deleted is gone for good.

    Kept beside the present one is the state of `raw` that the views of the last build read: what was deleted since
    then is in the marts too, until the next build. A query of an analyst that is under way may fail; ask it again.

    For the holder of the writer lock, with no connection open.

    Raises:
        WarehouseBusy, LakeUnavailable: as of `tidy`.
    """
    with held(settings, [COMMIT], "purging the lake", at_least=_PATIENCE):
        connection = open_lake(settings)
        try:
            connection.execute(f"call ducklake_flush_inlined_data('{ALIAS}')")
            # A file with deleted rows is only done away with once the rest of it is elsewhere.
            connection.execute(f"call ducklake_rewrite_data_files('{ALIAS}', delete_threshold => 0)")
            n_snapshots = _forget_but(connection, settings, ())
            connection.execute(f"call ducklake_merge_adjacent_files('{ALIAS}')")
            # Whoever writes holds one of the two locks that we hold: what no state knows was left by a crash.
            n_files = _destroy(connection, "cleanup_all => true")
        finally:
            connection.close()
        _forget_values(settings)
    return Tidied(n_snapshots, n_files)


def _forget_but(connection: duckdb.DuckDBPyConnection, settings: Settings, keep: Collection[int]) -> int:
    """Expires all states but the present one, some others, and those that views in them look at; returns how many."""
    kept = {latest_snapshot(connection), *keep}
    kept |= _pinned(settings, kept)
    forgotten = [number for number, _ in snapshots(connection) if number not in kept]
    if forgotten:
        connection.execute(f"call ducklake_expire_snapshots('{ALIAS}', versions => {forgotten})")
    return len(forgotten)


def _pinned(settings: Settings, kept: Iterable[int]) -> set[int]:
    """The states that the views look at which are there in one of the states that are kept."""
    with connect(settings) as catalog:
        views = catalog.execute("select begin_snapshot, end_snapshot, sql from ducklake_view").fetchall()
    seen = sorted(kept)
    return {
        int(number)
        for begin, end, sql in views
        if any(int(str(begin)) <= state and (end is None or state < int(str(end))) for state in seen)
        for number in _PINNED.findall(str(sql))
    }


def _destroy(connection: duckdb.DuckDBPyConnection, which: str) -> int:
    """Destroys files that no kept state needs, and those that no state ever knew: what a crash left."""
    destroyed = 0
    for function in ("ducklake_cleanup_old_files", "ducklake_delete_orphaned_files"):
        files = connection.execute(f"call {function}('{ALIAS}', {which})").fetchall()
        destroyed += len(files)
    return destroyed


def _forget_values(settings: Settings) -> None:
    """Takes values of rows that are gone out of the statistics of the catalog, and out of PostgreSQL's files."""
    import psycopg

    with connect(settings) as catalog:
        catalog.execute(_TIGHTEN)
        for table in _WITH_VALUES:
            try:
                catalog.execute(f"vacuum full {table}")
            except psycopg.errors.InsufficientPrivilege:
                logger.warning("%s could not be written anew: let its owner run `vacuum full %s`", table, table)
