"""A whole night through Dagster on a tiny campaign: one run for all PLIE, each with its own outcome."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import duckdb
import pytest

from ingestion.contract import open_plie_ids
from ingestion.loading.intake import utc_now
from ingestion.nights import night_of
from ingestion.settings import Settings
from tests.deliveries import CREATED, a_delivery
from tests.orchestration.dagster_runs import (
    DELIVERIES,
    LILLE,
    MARSEILLE,
    PARIS,
    evaluations,
    listed,
    materialised,
    observed,
    plain,
    run,
    use,
)


class Night(NamedTuple):
    """A first night, and the same night run again."""

    settings: Settings
    first: dg.ExecuteInProcessResult
    again: dg.ExecuteInProcessResult
    partitions: set[str]
    snapshot_before: tuple[int, int]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Lille sends one bad row among good ones, Marseille good ones, Paris is refused; a stranger has a folder."""
    settings = Settings(data=tmp_path_factory.mktemp("night") / "data", lock_timeout=5, threads=2)
    a_delivery(LILLE, people=40).set("parcours", 3, "age_entree", "12").land(settings)
    a_delivery(MARSEILLE, people=6).land(settings)
    spoiled = a_delivery(PARIS)
    spoiled.contents["parcours"] = spoiled.content("parcours").replace(b"age_entree", b"nom_usage")
    spoiled.land(settings)
    (settings.landing / "PLIE-99-99").mkdir()
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        use(patch, settings)
        first = run("night", instance)
        before = (settings.snapshot.stat().st_mtime_ns, settings.snapshot.stat().st_ino)
        again = run("night", instance)
        yield Night(settings, first, again, instance.get_materialized_partitions(DELIVERIES), before)


def test_one_run_takes_in_everything_and_publishes(night: Night) -> None:
    assert night.first.success
    with duckdb.connect(str(night.settings.snapshot), read_only=True) as snapshot:
        sent = snapshot.execute("select distinct plie_id from marts.fct_entries order by 1").fetchall()
    assert sent == [(MARSEILLE,), (LILLE,)]


def test_a_partition_is_materialised_where_something_was_loaded_and_only_there(night: Night) -> None:
    assert night.partitions == {LILLE, MARSEILLE}


def test_a_partition_tells_rows_rejects_coverage_findings_and_the_acknowledgement(night: Night) -> None:
    (event,) = [
        event.materialization
        for event in night.first.get_asset_materialization_events()
        if event.materialization.partition == LILLE
    ]
    told = plain(event.metadata)
    assert told["status"] == "accepted_with_rejects"
    # 40 participants, 40 parcours, 40 steps, 20 exits; the parcours of line 3 takes its step with it.
    assert (told["rows received"], told["rows rejected"], told["dagster/partition_row_count"]) == (140, 2, 138)
    assert told["coverage"] == "2016-01-01 to 2021-12-31"
    assert {record.data["rule"] for record in event.metadata["findings"].records} >= {"R04"}
    (page,) = [Path(value) for name, value in told.items() if name.startswith("acknowledgement of")]
    assert page.is_file()
    assert page.suffix == ".html"


def test_a_refused_delivery_and_silence_are_observed_on_the_partition(night: Night) -> None:
    seen = observed(night.first)
    assert seen[PARIS]["status"] == "refused"
    assert seen[PARIS]["message"].startswith("Colonnes manquantes")
    assert "coverage" not in seen[PARIS]
    silent = set(open_plie_ids(night_of(utc_now()))) - {LILLE, PARIS, MARSEILLE}
    assert len(silent) > 100
    assert {plie_id for plie_id, told in seen.items() if told["status"] == "nothing_received"} == set(silent)


def test_the_ledger_of_nights_and_its_mart_say_the_same(night: Night) -> None:
    with duckdb.connect(str(night.settings.snapshot), read_only=True) as snapshot:
        rows = snapshot.execute("select plie_id, status from marts.fct_nights").fetchall()
    statuses = dict(rows)
    assert len(rows) == len(open_plie_ids(night_of(utc_now())))
    assert (statuses[LILLE], statuses[MARSEILLE], statuses[PARIS]) == ("accepted_with_rejects", "accepted", "refused")


def test_the_night_as_a_whole_shows_its_rows_in_a_picture(night: Night) -> None:
    (event,) = [
        event.materialization
        for event in night.first.get_asset_materialization_events()
        if event.materialization.asset_key == DELIVERIES and event.materialization.partition is None
    ]
    told = plain(event.metadata)
    assert (told["deliveries"], told["PLIE refused"]) == (3, 1)
    assert told["rows per night"].startswith("![Rows loaded and rejected")


def test_every_model_and_the_tables_of_raw_are_materialised_with_their_rows(night: Night) -> None:
    from orchestration.definitions import defs

    events = {
        event.materialization.asset_key: event.materialization.metadata
        for event in night.first.get_asset_materialization_events()
    }
    graph = defs.resolve_asset_graph()
    expected = {
        key
        for key in graph.get_all_asset_keys()
        if key.path[0] in ("raw", "staging", "intermediate", "marts", "nomenclature", "snapshot")
    }
    assert expected <= set(events)
    assert events[dg.AssetKey(["raw", "parcours"])]["dagster/row_count"].value == 45
    assert events[dg.AssetKey(["marts", "fct_entries"])]["dagster/row_count"].value == 45
    assert events[dg.AssetKey("snapshot")]["file"].value == str(night.settings.snapshot)


def test_data_tests_of_dbt_are_checks_and_passed(night: Night) -> None:
    from orchestration.definitions import defs

    of_dbt = [key for key in defs.resolve_asset_graph().asset_check_keys if len(key.asset_key.path) == 2]
    seen = evaluations(night.first)
    assert len(of_dbt) > 40
    assert {key.name for key in of_dbt} <= set(seen)
    assert all(seen[key.name].passed for key in of_dbt)


def test_what_the_gate_found_is_checks_with_counts_per_plie(night: Night) -> None:
    seen = evaluations(night.first)
    assert not seen["gate_refusals"].passed
    assert {row["plie_id"] for row in listed(seen["gate_refusals"])} == {PARIS}
    assert {"plie_id": LILLE, "rule": "R04", "rows": 1} in [
        {name: row[name] for name in ("plie_id", "rule", "rows")} for row in listed(seen["gate_rejected_rows"])
    ]
    assert seen["gate_rejected_rows"].severity is dg.AssetCheckSeverity.WARN


def test_missing_and_unexpected_senders_are_told(night: Night) -> None:
    check = evaluations(night.first)["expected_plie"]
    rows = {row["plie_id"]: row["what"] for row in listed(check)}
    assert not check.passed
    assert rows["PLIE-99-99"].startswith("unexpected")
    assert rows[PARIS].startswith("missing")
    assert LILLE not in rows
    assert plain(check.metadata)["unexpected"] == 1


def test_the_same_night_run_again_changes_nothing(night: Night) -> None:
    assert night.again.success
    assert observed(night.again) == {}
    again = materialised(night.again)
    assert {key.path[0] for key in again} == {"deliveries", "raw"}
    assert again[DELIVERIES] == [None]
    snapshot = night.settings.snapshot.stat()
    assert (snapshot.st_mtime_ns, snapshot.st_ino) == night.snapshot_before


def test_tables_of_raw_keep_their_version_where_nothing_came(night: Night) -> None:
    def versions(result: dg.ExecuteInProcessResult) -> dict[str, str | None]:
        events = [event.materialization for event in result.get_asset_materialization_events()]
        return {
            event.asset_key.path[-1]: (event.tags or {}).get("dagster/data_version")
            for event in events
            if event.asset_key.path[0] == "raw"
        }

    assert versions(night.first) == versions(night.again)
    assert None not in versions(night.first).values()


@pytest.fixture
def after_the_night(night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The data root of the night, copied for a test that goes on from there."""
    settings = Settings(data=tmp_path / "data", lock_timeout=5, threads=2)
    shutil.copytree(night.settings.data, settings.data)
    use(monkeypatch, settings)
    return settings


def test_some_plie_next_to_each_other_or_not_are_taken_in_by_one_run(after_the_night: Settings) -> None:
    for plie_id in (PARIS, "PLIE-95-01", "PLIE-02-01"):
        a_delivery(plie_id, people=3).land(after_the_night)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run("take_in_some", instance, plie_ids=["PLIE-95-01", PARIS])
        assert result.success
        assert instance.get_materialized_partitions(DELIVERIES) == {PARIS, "PLIE-95-01"}
        assert len(instance.get_runs()) == 1
    assert [path.name for path in after_the_night.landing.glob("PLIE-02-01/*.zip")] != []


def test_a_range_of_partitions_is_one_run_and_one_that_is_refused_is_seen_as_failed(after_the_night: Settings) -> None:
    a_delivery("PLIE-02-01", people=3).land(after_the_night)
    bad = a_delivery("PLIE-02-02", people=3, mode="delta")
    bad.land(after_the_night)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(
            "take_in_some",
            instance,
            tags={
                "dagster/asset_partition_range_start": "PLIE-02-01",
                "dagster/asset_partition_range_end": "PLIE-02-02",
            },
        )
        assert not result.success
        assert instance.get_materialized_partitions(DELIVERIES) == {"PLIE-02-01"}
        assert "PLIE-02-02" in str(result.failure_data_for_node("deliveries").user_failure_data.description)


def test_one_partition_with_a_good_delivery_is_materialised_by_its_key(after_the_night: Settings) -> None:
    a_delivery(PARIS, people=3).land(after_the_night)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run("take_in_some", instance, partition_key=PARIS)
        assert result.success
        assert instance.get_materialized_partitions(DELIVERIES) == {PARIS}
        (event,) = result.get_asset_materialization_events()
        assert plain(event.materialization.metadata)["coverage"] == "2016-01-01 to 2021-12-31"


def test_a_night_in_which_one_plie_sent_again_builds_what_changed_and_views_follow(after_the_night: Settings) -> None:
    a_delivery(LILLE, people=50, created=CREATED + timedelta(days=1)).land(after_the_night)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run("night", instance)
    assert result.success
    made = materialised(result)
    assert made[DELIVERIES] == [LILLE, None]
    assert not any(key.path[0] == "nomenclature" for key in made)
    for built_or_followed in ("staging/stg_parcours", "intermediate/int_parcours", "marts/fct_entries", "snapshot"):
        assert dg.AssetKey(built_or_followed.split("/")) in made
    (snapshot,) = [
        event.materialization
        for event in result.get_asset_materialization_events()
        if event.materialization.asset_key == dg.AssetKey("snapshot")
    ]
    assert (plain(snapshot.metadata)["built"], plain(snapshot.metadata)["PLIE built again"]) == ("changed", 1)


def test_a_plie_that_is_late_fails_a_check_of_its_own(after_the_night: Settings) -> None:
    with duckdb.connect(str(after_the_night.warehouse)) as connection:
        connection.execute(
            f"update raw.deliveries set received_at = received_at - interval 9 day where plie_id = '{MARSEILLE}'"
        )
    with dg.DagsterInstance.ephemeral() as instance:
        check = evaluations(run("take_in_some", instance, plie_ids=[LILLE]))["late_plie"]
    assert not check.passed
    assert [(row["plie_id"], row["nights"]) for row in listed(check)] == [(MARSEILLE, 9)]


def test_a_sender_that_is_not_in_the_register_cannot_be_asked(after_the_night: Settings) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = run("take_in_some", instance, plie_ids=["PLIE-99-99"])
    assert "Not in the register" in str(result.failure_data_for_node("deliveries").user_failure_data.description)
