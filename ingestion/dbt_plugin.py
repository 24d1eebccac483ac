"""A dbt-duckdb plugin: every connection that dbt opens has the settings of the warehouse and finds the `raw` schema
in place, even where nothing has been loaded yet and the data folder is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin

from ingestion.raw_schema import create_raw_schema
from ingestion.settings import load_settings


class Plugin(BasePlugin):
    """Named in `profiles.yml`; dbt-duckdb looks for a class of this name."""

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Called just before the file is opened: DuckDB does not make folders, nor does it know our settings."""
        folder = Path(creds.path).absolute().parent
        folder.mkdir(parents=True, exist_ok=True)
        settings = load_settings(folder)
        config.update(memory_limit=settings.memory_limit, threads=settings.threads, temp_directory=str(settings.spill))

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        create_raw_schema(conn)
