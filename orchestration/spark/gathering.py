"""Brings what Spark built back into the store: tables with their rows, constraints and comments, views as views.

All of it in one transaction: whoever reads the store finds the former build or this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import duckdb

from ingestion.settings import Settings
from orchestration.spark.places import spark_table

Node = dict[str, Any]
"""A model or seed as the manifest of dbt has it."""


class RowsLost(RuntimeError):
    """The store holds another number of rows than Spark; the message names the table. Nothing was changed."""


def built_tables(manifest: Mapping[str, Any]) -> list[Node]:
    """Models and seeds that are tables, by name."""
    return sorted(
        (
            node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "seed"
            or (node["resource_type"] == "model" and node["config"]["materialized"] != "view")
        ),
        key=table_name,
    )


def table_name(node: Node) -> str:
    """Schema and name of the table or view of a node."""
    return f"{node['schema']}.{node['alias']}"


def gather(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    manifest: Mapping[str, Any],
    rows: Mapping[str, int],
    snapshot: int | None = None,
) -> None:
    """Replaces what the store has of each model and seed by what Spark made of it.

    Args:
        connection: an open connection to the store, outside a transaction; the caller holds the right to build.
        manifest: of the same project, compiled for DuckDB.
        rows: how many rows Spark counts in each table.
        snapshot: the state of a lake that was landed, which views of `raw` go on showing.

    Raises:
        RowsLost: a table came back with other rows.
        duckdb.Error: a row breaks a constraint, or a file cannot be read. Nothing was changed then.
    """
    kinds = _kinds(connection)
    connection.execute("begin")
    try:
        connection.execute("drop table if exists orchestration.last_build")
        for node in built_tables(manifest):
            _make_room(connection, node, "table", kinds)
            _copy(connection, settings, node)
            _comment(connection, node, "table")
            counted = connection.execute(f"select count(*) from {table_name(node)}").fetchone()
            if counted != (rows[table_name(node)],):
                raise RowsLost(f"Spark has {rows[table_name(node)]} rows in {table_name(node)}, the store {counted}.")
        here = _names_here(connection, manifest, snapshot)
        for node in _views(manifest):
            _make_room(connection, node, "view", kinds)
            definition = node["compiled_code"]
            for theirs, ours in here.items():
                definition = definition.replace(theirs, ours)
            connection.execute(f"create or replace view {table_name(node)} as ({definition})")
            _comment(connection, node, "view", columns=settings.store == "duckdb")
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def _kinds(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(
        connection.execute(
            "select schema_name || '.' || table_name, 'table' from duckdb_tables()"
            " where database_name = current_database()"
            " union all select schema_name || '.' || view_name, 'view' from duckdb_views()"
            " where database_name = current_database()"
        ).fetchall()
    )


def _make_room(connection: duckdb.DuckDBPyConnection, node: Node, kind: str, kinds: Mapping[str, str]) -> None:
    """`create or replace` replaces its own kind only."""
    connection.execute(f"create schema if not exists {node['schema']}")
    former = kinds.get(table_name(node), kind)
    if former != kind:
        connection.execute(f"drop {former} {table_name(node)}")


def _copy(connection: duckdb.DuckDBPyConnection, settings: Settings, node: Node) -> None:
    files = str(spark_table(settings, node["schema"], node["alias"]) / "*.parquet").replace("'", "''")
    if not node["config"].get("contract", {}).get("enforced"):
        connection.execute(f"create or replace table {table_name(node)} as from read_parquet('{files}')")
        return
    defined = ", ".join(_defined(node, checks=settings.store == "duckdb"))
    connection.execute(f"create or replace table {table_name(node)} ({defined})")
    connection.execute(f"insert into {table_name(node)} by name from read_parquet('{files}')")


def _defined(node: Node, checks: bool) -> Iterator[str]:
    """Columns and constraints of a table as its contract says; a lake has no checks."""
    for column in node["columns"].values():
        required = any(constraint["type"] == "not_null" for constraint in column["constraints"])
        yield f"{column['name']} {column['data_type']}{' not null' if required else ''}"
    if checks:
        yield from (f"check ({one['expression']})" for one in node["constraints"] if one["type"] == "check")


def _comment(connection: duckdb.DuckDBPyConnection, node: Node, kind: str, columns: bool = True) -> None:
    """Says of the relation and its columns what the project says, where dbt would."""
    wanted = node["config"]["persist_docs"]
    if wanted.get("relation") and node["description"]:
        connection.execute(f"comment on {kind} {table_name(node)} is {_quoted(node['description'])}")
    if columns and wanted.get("columns"):
        for column in node["columns"].values():
            connection.execute(
                f'comment on column {table_name(node)}."{column["name"]}" is {_quoted(column["description"])}'
            )


def _views(manifest: Mapping[str, Any]) -> list[Node]:
    """Models that are views, each after those that it reads."""
    views = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["config"]["materialized"] == "view"
    }
    order = TopologicalSorter({key: views.keys() & node["depends_on"]["nodes"] for key, node in views.items()})
    return [views[key] for key in order.static_order()]


def _names_here(
    connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], snapshot: int | None
) -> dict[str, str]:
    """How each relation is called in the store, by how the manifest calls it."""
    (database,) = connection.execute("select current_database()").fetchone() or ("",)
    moment = "" if snapshot is None else f" at (version => {snapshot})"
    nodes = [node for node in manifest["nodes"].values() if node.get("relation_name")]
    return {node["relation_name"]: f'"{database}"."{node["schema"]}"."{node["alias"]}"' for node in nodes} | {
        source["relation_name"]: f'"{database}"."{source["schema"]}"."{source["identifier"]}"{moment}'
        for source in manifest["sources"].values()
    }


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
