"""The same rows of `raw` in three warehouses, each built by its own engine."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import duckdb
import pytest
from pydantic import SecretStr

from ingestion.sample import write_campaign
from ingestion.settings import Settings
from orchestration.moving import move
from orchestration.pipeline import build_and_publish, take_in
from tests.dbt_project import hand_written_rows
from tests.postgres_server import PostgresServer
from tests.reference_indicators import written
from tests.reference_indicators.world import random_world

EXECUTORS = "local-cluster[2,1,1024]"
"""Two processes of Spark with one core and 1 GiB each, beside the driver: rows are really sent between them."""


class Engines(NamedTuple):
    """One warehouse for each engine, of the same rows."""

    duckdb: Settings
    ducklake: Settings
    spark: Settings


def add_rows_of(warehouse: Path, other: Path) -> int:
    """Adds, of another file, the rows of all PLIE of which this one has none; returns how many PLIE were added."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"attach '{other}' as other (read_only)")
        connection.execute(
            "create temp table added as select plie_id from other.raw.loaded_plie"
            " where plie_id not in (select plie_id from raw.loaded_plie)"
        )
        tables = connection.execute(
            "select distinct table_name from duckdb_columns()"
            " where database_name = 'other' and schema_name = 'raw' and column_name = 'plie_id'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(
                f"insert into raw.{table} by name from other.raw.{table} where plie_id in (select plie_id from added)"
            )
        (n_added,) = connection.execute("select count(*) from added").fetchone() or (0,)
    return int(n_added)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small campaign through the gate, with the annual survey, and worlds of awkward rows for the other PLIE."""
    folder = tmp_path_factory.mktemp("loaded")
    settings = Settings(data=folder / "data", lock_timeout=30, threads=2)
    write_campaign(settings, 2021, 0.01, 0)
    for number, sender in enumerate(sorted(settings.landing.iterdir())):
        if number % 2:
            shutil.rmtree(sender)
    statuses = {outcome.status for outcome in take_in(settings)}
    assert statuses <= {"accepted", "accepted_with_rejects"}
    with duckdb.connect(str(folder / "hand.duckdb")) as connection:
        hand_written_rows.write(connection)
    register, codes = list(written.register().values()), written.catalogue().codes
    random_world(1, register, codes).write_into(folder / "random.duckdb")
    assert add_rows_of(settings.warehouse, folder / "hand.duckdb") > 0
    assert add_rows_of(settings.warehouse, folder / "random.duckdb") > 0
    return settings


@pytest.fixture(scope="session")
def on_duckdb(loaded: Settings) -> Settings:
    """Built by DuckDB in its file."""
    build_and_publish(loaded)
    return loaded


@pytest.fixture(scope="session")
def on_ducklake(on_duckdb: Settings, postgres: PostgresServer) -> Settings:
    """The same rows, moved and built on a DuckLake; its snapshot is published elsewhere."""
    catalog = SecretStr(postgres.database(f"lake_{uuid4().hex}"))
    file = on_duckdb.model_copy(update={"lake_catalog": catalog, "lake_path": str(on_duckdb.data / "lake")})
    move(file, "ducklake")
    lake = file.model_copy(update={"engine": "ducklake", "data": on_duckdb.data.with_name("on_lake")})
    build_and_publish(lake)
    return lake


@pytest.fixture(scope="session")
def on_spark(on_duckdb: Settings) -> Settings:
    """The same rows in a copy of the file, built by several processes of Spark."""
    data = on_duckdb.data.with_name("on_spark")
    data.mkdir()
    shutil.copy(on_duckdb.warehouse, data)
    spark = on_duckdb.model_copy(update={"engine": "spark", "data": data, "spark_master": EXECUTORS})
    with duckdb.connect(str(spark.warehouse)) as connection:
        for schema in ("nomenclature", "staging", "intermediate", "marts"):
            connection.execute(f"drop schema {schema} cascade")
    build_and_publish(spark)
    return spark
