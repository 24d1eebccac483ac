"""dbt on a machine where nothing has happened yet."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.settings import Settings
from orchestration.dbt_runner import invoke


def test_dbt_builds_an_empty_warehouse_in_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "not" / "there", threads=1, memory_limit="400MB")
    result = invoke(settings, ["build", "--exclude-resource-type", "unit_test"])
    assert result.success, result.exception
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        counts = connection.execute(
            "select (select count(*) from marts.indicators), (select count(*) from marts.dim_plie),"
            " (select count(*) from marts.published_figures_check where verdict in ('identical', 'different'))"
        ).fetchone()
    assert counts is not None
    assert counts[0] == 0
    assert counts[1] > 0
    assert counts[2] == 0
