"""The snapshot that analysts open: a separate file, written aside and renamed into place, without any pseudonym.

Reading it and the nightly load never meet. A reader that has the former file open keeps it until it closes it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb

from ingestion.settings import Settings

RENUMBERED = ("participant_id", "parcours_id", "step_id")
"""Identifiers of persons and of their files at the PLIE. Each publication numbers them anew, so that two snapshots
cannot be joined person by person, nor one of them with what a PLIE holds."""

WITHHELD = ("line",)
"""The line of a row in its delivery would find the same person in two snapshots, and at the PLIE: it stays inside."""
_LISTED_WITHHELD = ", ".join(f"'{column}'" for column in WITHHELD)


def _marts(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    columns = connection.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_catalog = current_database() and table_schema = 'marts'"
        f" and column_name not in ({_LISTED_WITHHELD}) order by table_name, ordinal_position"
    ).fetchall()
    marts: dict[str, list[str]] = {}
    for table, column in columns:
        marts.setdefault(table, []).append(column)
    return marts


def _views_of_persons(connection: duckdb.DuckDBPyConnection, marts: dict[str, list[str]]) -> dict[str, str]:
    """Definitions of the views that hold identifiers: over the renumbered tables they hold the numbers, and no copy."""
    views = connection.execute(
        "select view_name, sql from duckdb_views() where database_name = current_database() and schema_name = 'marts'"
    ).fetchall()
    return {name: sql for name, sql in views if set(marts[name]) & set(RENUMBERED)}


def _number_anew(connection: duckdb.DuckDBPyConnection, marts: dict[str, list[str]]) -> None:
    """Temporary tables `new_<identifier>`: one random number for each identifier of each PLIE."""
    for identifier in RENUMBERED:
        holders = [table for table, columns in marts.items() if identifier in columns]
        if holders:
            found = " union all ".join(f"select plie_id, {identifier} from marts.{table}" for table in holders)
            connection.execute(
                f"create or replace temp table new_{identifier} as"
                f" select plie_id, {identifier}, row_number() over (order by random()) as number"
                f" from (select distinct plie_id, {identifier} from ({found}))"
            )


def _copy(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> None:
    hidden = [identifier for identifier in RENUMBERED if identifier in columns]
    selected = ", ".join(f"new_{name}.number as {name}" if name in hidden else f"mart.{name}" for name in columns)
    joins = " ".join(f"left join new_{name} using (plie_id, {name})" for name in hidden)
    connection.execute(f"create table snapshot.marts.{table} as select {selected} from marts.{table} as mart {joins}")


def _define(connection: duckdb.DuckDBPyConnection, definition: str) -> None:
    """Makes a view of the warehouse in the snapshot too, with the tables outside the marts that it reads.

    Raises:
        ValueError: such a table holds identifiers of persons, which nothing numbers anew.
    """
    (database,) = connection.execute("select current_database()").fetchone() or ("",)
    for schema, table in sorted(set(re.findall(rf'\b{re.escape(database)}"?\.(\w+)\.(\w+)', definition))):
        if schema == "marts":
            continue
        held = {row[0] for row in connection.execute(f"describe {schema}.{table}").fetchall()} & set(RENUMBERED)
        if held:
            raise ValueError(f"{schema}.{table} would be published with {', '.join(sorted(held))} as they are.")
        connection.execute(f"create schema if not exists snapshot.{schema}")
        connection.execute(f"create table if not exists snapshot.{schema}.{table} as from {schema}.{table}")
    connection.execute("use snapshot")
    try:
        connection.execute(re.sub(rf'"?\b{re.escape(database)}"?\.', "", definition))
    finally:
        connection.execute(f'use "{database}"')


def _copy_comments(connection: duckdb.DuckDBPyConnection) -> None:
    described = connection.execute(
        "select 'table', table_name, comment from duckdb_tables()"
        " where database_name = current_database() and schema_name = 'marts' and comment is not null"
        " union all select 'column', table_name || '.' || column_name, comment from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'marts' and comment is not null"
        f" and column_name not in ({_LISTED_WITHHELD})"
    ).fetchall()
    connection.execute("begin")
    for kind, name, comment in described:
        quoted = comment.replace("'", "''")
        connection.execute(f"comment on {kind} snapshot.marts.{name} is '{quoted}'")
    connection.execute("commit")


def publish_snapshot(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Path:
    """Copies every mart of the warehouse to `<data>/published/plie_marts.duckdb` and returns that path.

    Args:
        connection: an open connection to the warehouse; the caller holds the writer lock.

    Raises:
        ValueError: the warehouse holds no marts yet.
    """
    marts = _marts(connection)
    if not marts:
        raise ValueError("There are no marts to publish: run `plie build` first.")
    settings.published.mkdir(parents=True, exist_ok=True)
    aside = settings.published / ".plie_marts.duckdb.part"
    aside.unlink(missing_ok=True)
    connection.execute(f"attach '{str(aside).replace(chr(39), chr(39) * 2)}' as snapshot")
    try:
        connection.execute("create schema snapshot.marts")
        definitions = _views_of_persons(connection, marts)
        tables = {name: columns for name, columns in marts.items() if name not in definitions}
        _number_anew(connection, tables)
        for table, columns in tables.items():
            _copy(connection, table, columns)
        for definition in definitions.values():
            _define(connection, definition)
        _copy_comments(connection)
    finally:
        connection.execute("detach snapshot")
        for identifier in RENUMBERED:
            connection.execute(f"drop table if exists new_{identifier}")
    aside.chmod(0o600)
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.replace(settings.snapshot)
    return settings.snapshot
