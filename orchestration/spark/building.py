"""What a build needs around dbt when Spark makes the models: rows landed before, a session, tables gathered after."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse import open_warehouse
from orchestration.spark.gathering import built_tables, gather, table_name
from orchestration.spark.landing import land_raw
from orchestration.spark.session import require_spark, spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@contextmanager
def on_spark(settings: Settings, snapshot: int | None = None) -> Iterator[SparkSession]:
    """Lets dbt, run in this block with target `spark`, build the store of `settings`. The caller holds the writer lock.

    When the block raises, the store keeps its former models.

    Args:
        snapshot: the state of a lake whose rows are built; None for a file, into which nobody loads meanwhile.

    Raises:
        SparkNotInstalled: there is no Spark here.
        RowsLost, duckdb.Error: what was built could not be brought back; the store is as it was.
    """
    from orchestration.dbt_runner import dbt_environment
    from orchestration.manifest import known_project

    require_spark()
    with closing(_as_of(settings, snapshot)) as connection:
        land_raw(connection, settings)
    environment = os.environ | {name: value for name, value in dbt_environment(settings).items() if value is not None}
    manifest = known_project(settings).manifest
    with spark_session(settings, environment) as session:
        yield session
        names = [table_name(node) for node in built_tables(manifest)]
        counts = " union all ".join(f"select '{name}', count(*) from {name}" for name in names)
        rows: dict[str, int] = dict(session.sql(counts).collect())
    with closing(open_warehouse(settings)) as connection:
        gather(connection, settings, manifest, rows, snapshot)


def _as_of(settings: Settings, snapshot: int | None) -> duckdb.DuckDBPyConnection:
    if snapshot is None:
        return open_warehouse(settings)
    from ingestion.lake.opening import open_lake

    return open_lake(settings, read_only=True, snapshot=snapshot)
