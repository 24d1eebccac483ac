"""From which columns each column of a model comes, read from the SQL that dbt compiled. Nothing is run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Column = tuple[str, str]
"""The dbt identifier of a model, seed or source, and the name of one of its columns."""

ColumnLineage = dict[str, dict[str, list[Column]]]
"""By dbt identifier and column: the columns that it is made of."""


def column_lineage(manifest: Mapping[str, Any], source_columns: Mapping[str, list[str]]) -> ColumnLineage:
    """Lineage of every column that the YAML of a model names.

    Args:
        manifest: as `dbt compile` writes it, every model with its compiled SQL.
        source_columns: columns of the tables that dbt reads and does not make, by dbt identifier.
    """
    nodes = {**manifest["sources"], **manifest["nodes"]}
    known = {
        identifier: source_columns.get(identifier) or list(node.get("columns", {}))
        for identifier, node in nodes.items()
        if node["resource_type"] in ("source", "seed", "model")
    }
    by_table = {(node_schema(nodes[identifier]), table_of(nodes[identifier])): identifier for identifier in known}
    schema: dict[str, Any] = {}
    for identifier, columns in known.items():
        if not columns:
            continue
        tables = schema.setdefault(node_schema(nodes[identifier]), {})
        tables[table_of(nodes[identifier])] = dict.fromkeys(columns, "varchar")
    return {
        identifier: _of_one_model(node["compiled_code"], list(node["columns"]), schema, by_table)
        for identifier, node in nodes.items()
        if node["resource_type"] == "model"
    }


def node_schema(node: Mapping[str, Any]) -> str:
    """Schema of a relation of the manifest."""
    return str(node["schema"])


def table_of(node: Mapping[str, Any]) -> str:
    """Name of a relation of the manifest within its schema."""
    return str(node.get("alias") or node.get("identifier") or node["name"])


def _of_one_model(
    sql: str,
    columns: list[str],
    schema: dict[str, Any],
    by_table: Mapping[tuple[str, str], str],
) -> dict[str, list[Column]]:
    """Columns of one query; a column that sqlglot cannot follow has no entry, which is all that is lost."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    parsed = sqlglot.parse_one(sql, dialect="duckdb")
    for table in parsed.find_all(exp.Table):
        # The database's name is that of a throwaway file; our schemas are enough.
        table.set("catalog", None)
    try:
        qualified = qualify(parsed, schema=schema, dialect="duckdb", validate_qualify_columns=False, identify=False)
    except SqlglotError:
        return {}
    scope = build_scope(qualified)
    found: dict[str, list[Column]] = {}
    for column in columns:
        try:
            root = lineage(column, qualified, schema=schema, dialect="duckdb", scope=scope, copy=False)
        except (SqlglotError, ValueError):
            continue
        parents = set()
        for leaf in root.walk():
            if leaf.downstream or not isinstance(leaf.expression, exp.Table):
                continue
            parent = by_table.get((leaf.expression.db, leaf.expression.name))
            if parent is not None:
                parents.add((parent, leaf.name.rsplit(".", 1)[-1].strip('"')))
        if parents:
            found[column] = sorted(parents)
    return found
