"""Creates the tables of editions where they are missing, with their comments; touches nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from consolidation.editions.tables import TABLES
from ingestion.table_definitions import create, describe


def create_edition_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Creates the schemas `consolidation` and `published` with the tables of `consolidation.editions.tables`."""
    for schema in sorted({table.name.split(".")[0] for table in TABLES}):
        connection.execute(f"create schema if not exists {schema}")
    for table in TABLES:
        columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
        create(connection, f"create table if not exists {table.name} ({columns})")
    describe(connection, dict(_comments()))


def has_edition_tables(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the tables are there: not before the first consolidation. A connection that may only read can ask."""
    known = connection.execute(
        "select count(*) from duckdb_tables()"
        " where database_name = current_database() and schema_name = 'consolidation' and table_name = 'editions'"
    ).fetchone()
    return known == (1,)


def _comments() -> Iterator[tuple[str, str]]:
    for table in TABLES:
        yield table.name, table.comment
        for column in table.columns:
            yield f"{table.name}.{column.name}", column.comment
