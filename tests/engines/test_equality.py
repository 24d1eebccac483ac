"""The proof that the engines are interchangeable: every table that a build makes is the same, to the last bit."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from orchestration.comparing import Difference, differences
from tests.warehouse_reading import column, query

MART_ROWS = (
    "fct_entries",
    "fct_exits",
    "fct_participant_steps",
    "fct_survey_answers",
    "fct_deliveries",
    "indicators",
    "survey_responses",
)


def _told(found: list[Difference]) -> str:
    return "\n".join(f"{difference.relation}: {difference.rows} {difference.what}" for difference in found)


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


@pytest.mark.postgres
def test_a_ducklake_holds_what_the_file_holds(on_duckdb: Settings, on_ducklake: Settings) -> None:
    assert _made(on_ducklake) == _made(on_duckdb)
    found = differences(on_duckdb, on_ducklake, ("staging", "nomenclature", "intermediate", "marts"))
    assert found == [], _told(found)


@pytest.mark.spark
def test_spark_makes_what_duckdb_makes(on_duckdb: Settings, on_spark: Settings) -> None:
    assert _made(on_spark) == _made(on_duckdb)
    found = differences(on_duckdb, on_spark)
    assert found == [], _told(found)


@pytest.fixture
def copied(on_duckdb: Settings, tmp_path: Path) -> Settings:
    shutil.copy(on_duckdb.warehouse, tmp_path)
    return on_duckdb.model_copy(update={"data": tmp_path})


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        (
            "update marts.fct_exits set job_is_iae = not coalesce(job_is_iae, false)"
            " where rowid = (select min(rowid) from marts.fct_exits)",
            [("marts.fct_exits", 1), ("marts.fct_exits", 1)],
        ),
        (
            "update marts.indicators set value = value * (1 + 2.220446049250313e-16)"
            " where rowid = (select min(rowid) from marts.indicators where value > 0)",
            [("marts.indicators", 1), ("marts.indicators", 1)],
        ),
        (
            "delete from marts.fct_entries where rowid = (select max(rowid) from marts.fct_entries)",
            [("marts.fct_entries", 1)],
        ),
        (
            "insert into intermediate.int_scopes from intermediate.int_scopes limit 1",
            [("intermediate.int_scopes", 1)],
        ),
        (
            "create or replace table intermediate.int_plie_years as"
            " select * replace (year::bigint as year) from intermediate.int_plie_years",
            [("intermediate.int_plie_years", 0)],
        ),
        ("drop table marts.fct_nights", [("marts.fct_nights", 0)]),
        ("create table marts.another as select 1 as number", [("marts.another", 0)]),
    ],
    ids=["a changed cell", "the last bit", "a missing row", "a row twice", "a changed type", "a table less", "one more"],
)
def test_a_planted_difference_is_found(
    on_duckdb: Settings, copied: Settings, planted: str, told: list[tuple[str, int]]
) -> None:
    tables_only = ("nomenclature", "intermediate", "marts")
    assert differences(on_duckdb, copied, tables_only) == []
    with duckdb.connect(str(copied.warehouse)) as connection:
        connection.execute(planted)
    found = differences(on_duckdb, copied, tables_only)
    in_tables = [(difference.relation, difference.rows) for difference in found if difference.relation in dict(told)]
    assert in_tables == told, _told(found)


def test_zero_is_not_minus_zero(on_duckdb: Settings, copied: Settings) -> None:
    with duckdb.connect(str(copied.warehouse)) as connection:
        connection.execute("update marts.indicators set numerator = -0.0::double where numerator = 0")
    found = differences(on_duckdb, copied, ("marts",))
    assert "marts.indicators" in {difference.relation for difference in found}
