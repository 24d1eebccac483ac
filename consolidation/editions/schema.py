"""Creates the tables of editions where they are missing, with their comments; touches nothing else."""

from __future__ import annotations

import duckdb

from consolidation.editions.tables import TABLES


def create_edition_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Creates the schemas `consolidation` and `published` with the tables of `consolidation.editions.tables`."""
    for schema in sorted({table.name.split(".")[0] for table in TABLES}):
        connection.execute(f"create schema if not exists {schema}")
    for table in TABLES:
        columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
        connection.execute(f"create table if not exists {table.name} ({columns})")
        connection.execute(f"comment on table {table.name} is {_quoted(table.comment)}")
        for column in table.columns:
            connection.execute(f"comment on column {table.name}.{column.name} is {_quoted(column.comment)}")


def has_edition_tables(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the tables are there: not before the first consolidation. A connection that may only read can ask."""
    known = connection.execute(
        "select count(*) from duckdb_tables()"
        " where database_name = current_database() and schema_name = 'consolidation' and table_name = 'editions'"
    ).fetchone()
    return known == (1,)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
