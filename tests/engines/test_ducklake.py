"""A DuckLake holds what the file holds, table by table and to the last bit: half of the proof that engines are alike.

The other half is `test_spark.py`. That the comparison finds what differs is shown in
`tests/orchestration/test_comparing.py`.
"""

from __future__ import annotations

import shutil
from uuid import uuid4

import pytest
from pydantic import SecretStr

from ingestion.settings import Settings
from orchestration.comparing import differences
from orchestration.moving import move
from orchestration.pipeline import build_and_publish
from tests.engines.comparison import told
from tests.postgres_server import PostgresServer
from tests.warehouse_reading import column, query

pytestmark = pytest.mark.postgres

MART_ROWS = (
    "fct_entries",
    "fct_exits",
    "fct_participant_steps",
    "fct_survey_answers",
    "fct_deliveries",
    "indicators",
    "survey_responses",
)


@pytest.fixture(scope="module")
def on_duckdb(loaded: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Built by DuckDB in a file."""
    settings = loaded.model_copy(update={"data": tmp_path_factory.mktemp("on_duckdb")})
    shutil.copy(loaded.warehouse, settings.data)
    build_and_publish(settings)
    return settings


@pytest.fixture(scope="module")
def on_ducklake(on_duckdb: Settings, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same rows, moved and built on a DuckLake; its snapshot is published elsewhere."""
    folder = tmp_path_factory.mktemp("on_ducklake")
    catalog = SecretStr(postgres.database(f"lake_{uuid4().hex}"))
    file = on_duckdb.model_copy(update={"lake_catalog": catalog, "lake_path": str(folder / "lake")})
    move(file, "ducklake")
    lake = file.model_copy(update={"engine": "ducklake", "data": folder / "data"})
    build_and_publish(lake)
    return lake


def _made(settings: Settings) -> set[str]:
    return set(
        column(
            settings,
            "select distinct schema_name || '.' || table_name from duckdb_columns()"
            " where database_name = current_database() and schema_name in ('intermediate', 'marts')",
        )
    )


def test_the_campaign_has_rows_in_the_marts_that_matter(on_duckdb: Settings) -> None:
    counts = {mart: query(on_duckdb, f"select count(*) from marts.{mart}")[0][0] for mart in MART_ROWS}
    assert all(counts.values()), counts
    assert len(_made(on_duckdb)) > 30
    rounded = query(on_duckdb, "select count(*) from marts.indicators where value <> round(value)")
    assert rounded[0][0] > 1000


def test_a_ducklake_holds_what_the_file_holds(on_duckdb: Settings, on_ducklake: Settings) -> None:
    assert _made(on_ducklake) == _made(on_duckdb)
    found = differences(on_duckdb, on_ducklake, ("staging", "nomenclature", "intermediate", "marts"))
    assert found == [], told(found)
