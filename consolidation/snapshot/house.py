"""What the snapshot copies as it is: editions, published figures and results of the gate, which name no person."""

from __future__ import annotations

import duckdb

from consolidation.snapshot.marts import RENUMBERED, WITHHELD
from ingestion.warehouse import as_list_value

SCHEMAS = ("consolidation", "published", "quality")


def copy_house_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    """Copies the tables of `SCHEMAS` that the warehouse has into the attached `snapshot`.

    Raises:
        ValueError: one of them has a column that tells persons apart.
    """
    columns: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and list_contains(?::json::varchar[], schema_name)"
        " order by schema_name, table_name",
        [as_list_value(SCHEMAS)],
    ).fetchall():
        columns.setdefault((schema, table), set()).add(column)
    for (schema, table), held in columns.items():
        telling = sorted(held & {*RENUMBERED, *WITHHELD})
        if telling:
            raise ValueError(f"{schema}.{table} would be published with {', '.join(telling)} as they are.")
        connection.execute(f"create schema if not exists snapshot.{schema}")
        connection.execute(f"create table snapshot.{schema}.{table} as from {schema}.{table}")
