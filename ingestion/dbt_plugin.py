"""A dbt-duckdb plugin: every connection that dbt opens finds the `raw` schema in place, even in an empty warehouse."""

from __future__ import annotations

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from ingestion.raw_schema import create_raw_schema


class Plugin(BasePlugin):
    """Named in `profiles.yml`; dbt-duckdb looks for a class of this name."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        create_raw_schema(conn)
