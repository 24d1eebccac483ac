"""A dbt-duckdb plugin: every connection that dbt opens has the settings of the warehouse and finds the `raw` schema
in place, even where nothing has been loaded yet and the data folder is missing.

On a lake it is attached here and not in `profiles.yml`: no password passes through what dbt writes down."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin

from ingestion.raw_schema import create_raw_schema
from ingestion.settings import Settings, load_settings

SNAPSHOT = "PLIE_BUILD_SNAPSHOT"
"""Variable of the environment by which `plie build` names the state of the lake from which dbt reads `raw`."""

SNAPSHOT_VARIABLE = "build_snapshot"
"""Variable of DuckDB in which the macro `as_of_build` finds it."""


class Plugin(BasePlugin):
    """Named in `profiles.yml`; dbt-duckdb looks for a class of this name."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """`lake: true` in `profiles.yml` says that the database in memory is only the way to the lake."""
        self._is_lake = bool(plugin_config.get("lake"))
        self._snapshot = 0

    def _settings(self, path: str) -> Settings:
        return load_settings() if self._is_lake else load_settings(Path(path).absolute().parent)

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Called just before the file is opened: DuckDB does not make folders, nor does it know our settings."""
        settings = self._settings(creds.path)
        settings.data.mkdir(parents=True, exist_ok=True)
        config.update(settings.duckdb_limits)

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Called once for the database: puts `raw` in place, and the lake within reach."""
        if not self._is_lake:
            create_raw_schema(conn)
            return
        from ingestion.lake.attaching import attach_lake, latest_snapshot
        from ingestion.warehouse import open_warehouse, prepare_raw

        settings = self._settings("")
        with closing(open_warehouse(settings)) as connection:
            prepare_raw(connection, settings)
        attach_lake(conn, settings)
        self._snapshot = int(os.environ.get(SNAPSHOT) or latest_snapshot(conn))

    def configure_cursor(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Called for each thread: what is said with `use` and `set variable` is said to one cursor alone."""
        if self._is_lake:
            cursor.execute("use lake")
            cursor.execute(f"set variable {SNAPSHOT_VARIABLE} = {self._snapshot}")
