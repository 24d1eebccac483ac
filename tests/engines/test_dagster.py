"""The night of Dagster on the larger engines: the same definitions, and one setting that says which engine."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from ingestion.settings import Settings
from orchestration.dbt_runner import dbt_environment
from tests.deliveries import a_delivery
from tests.orchestration.dagster_runs import (
    DELIVERIES,
    LILLE,
    MARSEILLE,
    PARIS,
    evaluations,
    listed,
    materialised,
    run,
    use,
)
from tests.short_lived_spark import spark_is_short_lived
from tests.warehouse_reading import query

SNAPSHOT = dg.AssetKey("snapshot")
INDICATORS, ENTRIES = dg.AssetKey(["marts", "indicators"]), dg.AssetKey(["marts", "fct_entries"])


def assert_a_night_runs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two PLIE arrive and one is refused; a second run finds nothing to do."""
    a_delivery(LILLE, people=20).set("parcours", 3, "age_entree", "12").land(settings)
    a_delivery(MARSEILLE, people=6).land(settings)
    spoiled = a_delivery(PARIS)
    spoiled.contents["parcours"] = spoiled.content("parcours").replace(b"age_entree", b"nom_usage")
    spoiled.land(settings)
    engine = {name: value for name, value in dbt_environment(settings).items() if value is not None}
    use(monkeypatch, settings, **engine)
    with dg.DagsterInstance.ephemeral() as instance:
        first = run("night", instance)
        assert first.success
        assert instance.get_materialized_partitions(DELIVERIES) == {LILLE, MARSEILLE}
        again = run("night", instance)
        assert again.success
    made = materialised(first)
    assert {SNAPSHOT, INDICATORS, ENTRIES, dg.AssetKey(["raw", "parcours"])} <= made.keys()
    assert SNAPSHOT not in materialised(again)
    rows = {
        event.materialization.asset_key: event.materialization.metadata["dagster/row_count"].value
        for event in first.get_asset_materialization_events()
        if event.materialization.asset_key in (INDICATORS, ENTRIES)
    }
    ((n_indicators, n_entries),) = query(
        settings, "select (select count(*) from marts.indicators), (select count(*) from marts.fct_entries)"
    )
    assert rows == {INDICATORS: n_indicators, ENTRIES: n_entries}
    assert n_entries == 25
    seen = evaluations(first)
    assert {row["plie_id"] for row in listed(seen["gate_refusals"])} == {PARIS}
    of_dbt = [check for name, check in seen.items() if name.startswith("unique_combination")]
    assert len(of_dbt) > 10
    assert all(check.passed for check in of_dbt)


@pytest.mark.postgres
def test_a_night_runs_on_a_ducklake(lake: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_a_night_runs(lake, monkeypatch)


@pytest.mark.spark
def test_a_night_runs_on_spark(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spark_is_short_lived(tmp_path, monkeypatch)
    spark = settings.model_copy(update={"engine": "spark", "spark_master": "local[2]"})
    assert_a_night_runs(spark, monkeypatch)
