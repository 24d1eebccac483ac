"""The comments of tables, views and columns, carried from the warehouse into the snapshot."""

from __future__ import annotations

import duckdb

_KEPT_BESIDE = "orchestration.view_columns"
"""Where the comments on columns of views are in a lake, which cannot keep them itself."""

_DESCRIBED = """
with present as (
    select schema_name, table_name, column_name from duckdb_columns() where database_name = 'snapshot'
),

kinds as (
    select schema_name, table_name as name, 'table' as kind from duckdb_tables() where database_name = 'snapshot'
    union all
    select schema_name, view_name, 'view' from duckdb_views() where database_name = 'snapshot' and not internal
),

relations as (
    select schema_name, table_name as name, comment from duckdb_tables() where database_name = current_database()
    union all
    select schema_name, view_name, comment from duckdb_views() where database_name = current_database()
)

select kinds.kind, kinds.schema_name || '.' || kinds.name, relations.comment
from relations
inner join kinds on relations.schema_name = kinds.schema_name and relations.name = kinds.name
where relations.comment is not null
union all
select 'column', concat_ws('.', described.schema_name, described.table_name, described.column_name), described.comment
from duckdb_columns() as described
semi join present
    on
        described.schema_name = present.schema_name and described.table_name = present.table_name
        and described.column_name = present.column_name
where described.database_name = current_database() and described.comment is not null
"""

_DESCRIBED_BESIDE = f"""
select 'column', concat_ws('.', schema_name, view_name, column_name), comment
from {_KEPT_BESIDE}
where
    (schema_name, view_name, column_name)
    in (select (schema_name, table_name, column_name) from duckdb_columns() where database_name = 'snapshot')
"""


def copy_comments(connection: duckdb.DuckDBPyConnection) -> None:
    """Gives what is in the attached `snapshot` the comments that it has in the warehouse."""
    described = connection.execute(_DESCRIBED).fetchall()
    kept_beside = connection.execute(
        "select count(*) from duckdb_tables() where database_name = current_database()"
        " and schema_name || '.' || table_name = ?",
        [_KEPT_BESIDE],
    ).fetchone()
    if kept_beside != (0,):
        described += connection.execute(_DESCRIBED_BESIDE).fetchall()
    connection.execute("begin")
    for kind, name, comment in described:
        quoted = comment.replace("'", "''")
        connection.execute(f"comment on {kind} snapshot.{name} is '{quoted}'")
    connection.execute("commit")
