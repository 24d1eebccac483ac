"""The year through Dagster: the gate, an edition that it refuses and then lets through, what is published of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import duckdb
import pytest

from ingestion.loading.intake import load_landing
from ingestion.settings import Settings
from orchestration.pipeline import build_and_publish
from quality.waivers import waive
from tests.deliveries import a_delivery
from tests.orchestration.dagster_runs import LILLE, MARSEILLE, PARIS, evaluations, materialised, plain, run, use

GATE, EDITION = dg.AssetKey("quality_gate"), dg.AssetKey("edition")
SENDERS = (LILLE, MARSEILLE, PARIS)


class Year(NamedTuple):
    """2021 asked for before its warnings were answered, after that, and once more."""

    settings: Settings
    refused: dg.ExecuteInProcessResult
    frozen: dg.ExecuteInProcessResult
    again: dg.ExecuteInProcessResult
    editions: set[str]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    settings = Settings(data=tmp_path_factory.mktemp("year") / "data", lock_timeout=5, threads=2)
    for number, plie_id in enumerate(SENDERS):
        a_delivery(plie_id, people=80 + number).land(settings)
    assert {outcome.status for outcome in load_landing(settings)} == {"accepted"}
    build_and_publish(settings)
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        use(patch, settings)
        refused = run("consolidation", instance, partition_key="2021")
        _answer_everything(settings)
        frozen = run("consolidation", instance, partition_key="2021")
        again = run("consolidation", instance, partition_key="2021")
        yield Year(settings, refused, frozen, again, instance.get_materialized_partitions(EDITION))


def _is_failure(event: dg.DagsterEvent) -> bool:
    return event.is_step_failure


def _answer_everything(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        unanswered = connection.execute(
            "select distinct check_id, plie_id from quality.results where status = 'fail' and severity = 'warning'"
        ).fetchall()
    assert unanswered
    for check_id, plie_id in unanswered:
        waive(settings, check_id, 2021, plie_id, "Données d'essai : trois PLIE seulement.", "essai")


def test_the_gate_shows_each_check_with_counts_and_refuses_the_edition(year: Year) -> None:
    assert not year.refused.success
    assert materialised(year.refused) == {GATE: ["2021"]}
    seen = evaluations(year.refused)
    silent = seen["completeness__nothing_entered"]
    assert not silent.passed
    assert silent.severity is dg.AssetCheckSeverity.WARN
    told = plain(silent.metadata)
    assert told["PLIE"] == told["failing"] == told["without an answer"] == len(SENDERS)
    assert {record.data["PLIE"] for record in silent.metadata["findings"].records} == set(SENDERS)
    refusal = year.refused.failure_data_for_node("consolidate").user_failure_data
    assert refusal is not None
    assert "2021 cannot be frozen" in str(refusal.description)


def test_where_there_was_nothing_to_judge_a_check_has_no_result(year: Year) -> None:
    from orchestration.definitions import defs

    known = {key.name for key in defs.resolve_asset_graph().asset_check_keys if key.asset_key == GATE}
    seen = set(evaluations(year.refused))
    assert seen < known
    assert "reconciliation" in seen


def test_answered_warnings_pass_and_the_edition_is_frozen_and_published(year: Year) -> None:
    assert year.frozen.success, [event.step_failure_data for event in year.frozen.filter_events(_is_failure)]
    assert all(check.passed for check in evaluations(year.frozen).values())
    made = {
        event.materialization.asset_key.to_user_string(): plain(event.materialization.metadata)
        for event in year.frozen.get_asset_materialization_events()
    }
    assert set(made) == {"quality_gate", "edition", "open_data", "report"}
    assert (made["edition"]["edition"], made["edition"]["PLIE"]) == ("2021.1", len(SENDERS))
    assert made["quality_gate"]["can be frozen"] is True
    assert (Path(made["open_data"]["folder"]) / "datapackage.json").is_file()
    assert Path(made["report"]["consolidation-plie-2021.html"]).is_file()


def test_an_edition_that_would_say_the_same_is_refused_and_the_first_one_stands(year: Year) -> None:
    assert not year.again.success
    assert year.editions == {"2021"}
    with duckdb.connect(str(year.settings.snapshot), read_only=True) as snapshot:
        assert snapshot.execute("select edition_id from consolidation.editions").fetchall() == [("2021.1",)]
