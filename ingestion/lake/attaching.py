"""Attaches the lake to a connection of DuckDB: for the warehouse, for dbt, as it is now or as it was at a snapshot."""

from __future__ import annotations

import duckdb

from ingestion.lake.catalog import connection_words, shown, without_password, without_secrets
from ingestion.lake.errors import LakeUnavailable, explained
from ingestion.lake.extensions import load_extensions
from ingestion.settings import Settings

ALIAS = "lake"
"""What the lake is called in every connection; views that dbt makes name it."""

_S3 = "s3://"
_RETRIES = {"ducklake_max_retry_count": 50, "ducklake_retry_wait_ms": 50, "ducklake_retry_backoff": 1.2}
"""Commits that met without touching the same table are tried again by DuckLake itself, up to about a minute."""


def attach_lake(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    *,
    snapshot: int | None = None,
    alias: str = ALIAS,
    read_only: bool = False,
) -> None:
    """Attaches the lake as `alias`; the caller says `use` if it wants it as the default.

    A lake that is not there yet is made, unless `read_only`: two first uses at once would collide, so that it is
    `ingestion.lake.opening` that does this, under a lock.

    Args:
        snapshot: the state to see, which cannot be written to; the present one, moving on, when None.

    Raises:
        LakeUnavailable: the message says why and what to do.
    """
    words = connection_words(settings)
    place = lake_path(settings)
    load_extensions(connection)
    for name, value in _RETRIES.items():
        connection.execute(f"set {name} = {value}")
    if place.startswith(_S3):
        _let_into_s3(connection, settings, place)
    options = [f"data_path {_quoted(place)}", "data_inlining_row_limit 0"]
    if "password" in words:
        # As part of the string, it would be in error messages and in duckdb_databases().
        connection.execute(
            f"create or replace temporary secret plie_catalog (type postgres, password {_quoted(words['password'])})"
        )
        options.append("meta_secret 'plie_catalog'")
    if read_only:
        options.append("read_only")
    if settings.lake_encrypted and not read_only and snapshot is None:
        options.append("encrypted")
    if snapshot is not None:
        options.append(f"snapshot_version {snapshot}")
    try:
        connection.execute(
            f"attach {_quoted(f'ducklake:postgres:{without_password(words)}')} as {alias} ({', '.join(options)})"
        )
    except duckdb.Error as error:
        raise explained(without_secrets(str(error), words), shown(words)) from None


def lake_path(settings: Settings) -> str:
    """The folder or `s3://` address of the Parquet files, ending in a slash."""
    place = settings.lake_path or str(settings.data / "lake")
    return place.rstrip("/") + "/"


def latest_snapshot(connection: duckdb.DuckDBPyConnection, alias: str = ALIAS) -> int:
    """The number of the newest committed state of the lake; within a transaction, of the one that it sees."""
    row = connection.execute(f"select id from {alias}.current_snapshot()").fetchone()
    if row is None:
        raise LakeUnavailable("The lake has no snapshot: its catalog was never written to, or was emptied.")
    return int(row[0])


def _let_into_s3(connection: duckdb.DuckDBPyConnection, settings: Settings, place: str) -> None:
    """The secret for the address of the files and nothing else; it lives as long as the connection."""
    given = {
        "key_id": settings.lake_s3_access_key,
        "secret": settings.lake_s3_secret_key.get_secret_value() if settings.lake_s3_secret_key else None,
        "region": settings.lake_s3_region,
    }
    words = [f"{name} {_quoted(value)}" for name, value in given.items() if value]
    if settings.lake_s3_endpoint:
        scheme, _, host = settings.lake_s3_endpoint.rpartition("://")
        words += [f"endpoint {_quoted(host.rstrip('/'))}", "url_style 'path'"]
        words.append(f"use_ssl {'false' if scheme == 'http' else 'true'}")
    listed = ", ".join(["type s3", f"scope {_quoted(place)}", *words])
    connection.execute(f"create or replace temporary secret plie_lake ({listed})")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
