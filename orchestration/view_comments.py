"""What is said of the columns of views, where the store itself cannot keep it: DuckLake has no comments on those.

`consolidation/snapshot/comments.py` reads it, so that the published snapshot describes its columns on every engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import duckdb

from ingestion.settings import Settings
from orchestration.dbt_runner import ViewComment

_COLUMNS = "(schema_name varchar, view_name varchar, column_name varchar, comment varchar)"


def keep_view_comments(
    connection: duckdb.DuckDBPyConnection, settings: Settings, comments: Sequence[ViewComment]
) -> None:
    """Writes the comments of the views that were made over those that are kept; a file of DuckDB has them by itself."""
    if settings.store == "duckdb" or not comments:
        return
    connection.execute("begin")
    connection.execute("create schema if not exists orchestration")
    connection.execute(f"create table if not exists orchestration.view_columns {_COLUMNS}")
    connection.execute(f"create or replace temp table made {_COLUMNS}")
    connection.executemany("insert into made values (?, ?, ?, ?)", [astuple(made) for made in comments])
    connection.execute(
        "delete from orchestration.view_columns"
        " where (schema_name, view_name) in (select (schema_name, view_name) from made)"
    )
    connection.execute("insert into orchestration.view_columns from made")
    connection.execute("commit")
    connection.execute("drop table made")
