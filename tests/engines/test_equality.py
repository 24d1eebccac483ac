"""The proof that the engines are interchangeable: every table that a build makes is the same, to the last bit.

That the comparison finds what differs is shown in `tests/orchestration/test_comparing.py`.
"""

from __future__ import annotations

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
