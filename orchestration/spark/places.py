"""Where Spark reads and writes below the data root. All of it can be made again from the store."""

from __future__ import annotations

from pathlib import Path

from ingestion.settings import Settings


def landed_raw(settings: Settings) -> Path:
    """The rows of `raw` as Parquet: a folder for each table. `profiles.yml` and the macro `attach_raw` know it too."""
    return settings.data / "parquet" / "raw"


def spark_root(settings: Settings) -> Path:
    """What Spark writes: its tables below `warehouse`, what it spills below `scratch`."""
    return settings.data / "spark"


def spark_table(settings: Settings, schema: str, table: str) -> Path:
    """The folder of Parquet files of one table that Spark built."""
    return spark_root(settings) / "warehouse" / f"{schema}.db" / table
