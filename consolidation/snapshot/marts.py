"""The marts of the snapshot: persons, parcours and steps numbered anew, and no line of a delivery.

Views stay views, over the renumbered tables: they hold the same numbers, and no copy of rows is written each night.
"""

from __future__ import annotations

import re
import secrets
from graphlib import TopologicalSorter

import duckdb

RENUMBERED = ("participant_id", "parcours_id", "step_id")
"""Identifiers of persons and of their files at the PLIE. Each publication numbers them anew, so that two snapshots
cannot be joined person by person, nor one of them with what a PLIE holds."""

WITHHELD = ("line",)
"""The line of a row in its delivery would find the same person in two snapshots, and at the PLIE: it stays inside."""
_KEY = "numbering_key"
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


def _views(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Definitions of the views among the marts, each after those that it reads."""
    views = dict(
        connection.execute(
            "select view_name, sql from duckdb_views() where database_name = current_database()"
            " and schema_name = 'marts' order by view_name"
        ).fetchall()
    )
    read = {name: set(_tables_read(connection, views[name]).get("marts", ())) for name in views}
    return {name: views[name] for name in TopologicalSorter(read).static_order() if name in views}


def _tables_read(connection: duckdb.DuckDBPyConnection, definition: str) -> dict[str, list[str]]:
    """Tables and views that the definition of a view names, by schema."""
    (database,) = connection.execute("select current_database()").fetchone() or ("",)
    (_, _, body) = definition.partition(" AS ")
    read: dict[str, list[str]] = {}
    for schema, table in sorted(set(re.findall(rf'\b{re.escape(database)}"?\.(\w+)\.(\w+)', body))):
        read.setdefault(schema, []).append(table)
    return read


def _draw_key(connection: duckdb.DuckDBPyConnection) -> None:
    """A secret for one publication, in the connection and nowhere else: without it, no number tells its identifier."""
    connection.execute(f"set variable {_KEY} = ?", [secrets.token_hex(32)])


def _number(identifier: str) -> str:
    """SQL for the number of an identifier of a PLIE in this publication, from the row alone.

    Numbers counted out to each identifier would have to be kept and joined: at scale 100, more than memory. Of 63 bits,
    two in 100 million are the same once in 1,800 publications, and then hardly ever of one PLIE.
    """
    return (
        f"(md5_number_lower(concat(getvariable('{_KEY}'), chr(0), '{identifier}', chr(0), mart.plie_id, chr(0),"
        f" mart.{identifier})) >> 1)::bigint"
    )


def _copy(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> None:
    selected = ", ".join(
        f"if(mart.{name} is null, null, {_number(name)}) as {name}" if name in RENUMBERED else f"mart.{name}"
        for name in columns
    )
    connection.execute(f"create table snapshot.marts.{table} as select {selected} from marts.{table} as mart")


def _define(connection: duckdb.DuckDBPyConnection, definition: str) -> None:
    """Makes a view of the warehouse in the snapshot too, with the tables outside the marts that it reads.

    Raises:
        ValueError: such a table holds identifiers of persons, which nothing numbers anew.
    """
    (database,) = connection.execute("select current_database()").fetchone() or ("",)
    outside = [
        (schema, table)
        for schema, tables in _tables_read(connection, definition).items()
        for table in tables
        if schema != "marts"
    ]
    for schema, table in outside:
        held = {row[0] for row in connection.execute(f"describe {schema}.{table}").fetchall()} & set(RENUMBERED)
        if held:
            raise ValueError(f"{schema}.{table} would be published with {', '.join(sorted(held))} as they are.")
        connection.execute(f"create schema if not exists snapshot.{schema}")
        connection.execute(f"create table if not exists snapshot.{schema}.{table} as from {schema}.{table}")
    # The definition in a lake names no schema before the view.
    connection.execute("use snapshot.marts")
    try:
        connection.execute(re.sub(rf'"?\b{re.escape(database)}"?\.', "", definition))
    finally:
        connection.execute(f'use "{database}"')


def copy_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Copies every mart of the warehouse into the attached `snapshot`.

    Raises:
        ValueError: the warehouse holds no marts yet, or a view would publish identifiers as they are.
    """
    marts = _marts(connection)
    if not marts:
        raise ValueError("There are no marts to publish: run `plie build` first.")
    connection.execute("create schema snapshot.marts")
    definitions = _views(connection)
    tables = {name: columns for name, columns in marts.items() if name not in definitions}
    _draw_key(connection)
    try:
        for table, columns in tables.items():
            _copy(connection, table, columns)
        for name, definition in definitions.items():
            try:
                _define(connection, definition)
            except duckdb.Error:
                # DuckDB writes down a cross join before an outer one so that it cannot read it again.
                if set(marts[name]) & set(RENUMBERED):
                    raise
                _copy(connection, name, marts[name])
    finally:
        connection.execute(f"reset variable {_KEY}")
