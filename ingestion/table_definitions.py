"""Creates tables from their definitions on whatever the warehouse is kept in: a DuckLake takes no keys.

What a primary key guarantees on the file, locks and a look before each commit guarantee on the lake (docs/scale.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import duckdb

_KEY_OF_COLUMN = re.compile(r" primary key\b")
_KEY_OF_TABLE = re.compile(r",\s*primary key \([^)]*\)")


def is_lake(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether what the connection writes to by default is a DuckLake."""
    row = connection.execute("select type from duckdb_databases() where database_name = current_database()").fetchone()
    return row == ("ducklake",)


def create(connection: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Runs `create … if not exists` statements, separated by semicolons, with their keys where keys are taken."""
    text = without_keys(statements) if is_lake(connection) else statements
    for statement in filter(str.strip, text.split(";")):
        connection.execute(statement)


def without_keys(statements: str) -> str:
    """The same definitions without primary keys; what was one may still not be null."""
    return _KEY_OF_COLUMN.sub(" not null", _KEY_OF_TABLE.sub("", statements))


class KeyBroken(RuntimeError):
    """Two rows of a table have the key that one should have; the transaction must not be committed."""


def verify_key(connection: duckdb.DuckDBPyConnection, table: str, *columns: str, where: str = "true") -> None:
    """Makes sure, where a table has no key, that these columns are one; asked before the commit that could break it.

    Raises:
        KeyBroken: they are not.
    """
    key = ", ".join(columns)
    twice = connection.execute(
        f"select {key} from {table} where {where} group by {key} having count(*) > 1 limit 1"
    ).fetchone()
    if twice is not None:
        raise KeyBroken(f"{table} would have two rows of {key} = {', '.join(map(str, twice))}: nothing is committed.")


def describe(connection: duckdb.DuckDBPyConnection, comments: Mapping[str, str]) -> None:
    """Gives tables (`schema.table`) and columns (`schema.table.column`) the comments that they do not have yet."""
    schemas = sorted({name.split(".")[0] for name in comments})
    known = dict(_known_comments(connection, schemas))
    for name, comment in comments.items():
        if known.get(name) != comment:
            kind = "column" if name.count(".") == 2 else "table"
            quoted = comment.replace("'", "''")
            connection.execute(f"comment on {kind} {name} is '{quoted}'")


def _known_comments(connection: duckdb.DuckDBPyConnection, schemas: Iterable[str]) -> list[tuple[str, str]]:
    listed = ", ".join(f"'{schema}'" for schema in schemas)
    return connection.execute(
        f"""
        select schema_name || '.' || table_name, comment from duckdb_tables()
        where database_name = current_database() and schema_name in ({listed})
        union all
        select schema_name || '.' || table_name || '.' || column_name, comment from duckdb_columns()
        where database_name = current_database() and schema_name in ({listed})
        """
    ).fetchall()
