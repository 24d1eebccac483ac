"""The schedule of the night and the sensor of the day: what they ask for, and when they leave it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from ingestion.contract import open_plie_ids
from ingestion.nights import record_night
from ingestion.settings import Settings
from orchestration.definitions import defs
from orchestration.schedules import every_night
from orchestration.sensors import landed_by_day
from tests.deliveries import a_delivery
from tests.orchestration.dagster_runs import LILLE, PARIS, use

NIGHT = date(2022, 1, 7)


@pytest.fixture(autouse=True)
def _data_root(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, settings)


def at_night() -> dg.RunRequest | dg.SkipReason:
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2022, 1, 7, 1, 0, tzinfo=UTC))
    asked = every_night(context)
    assert isinstance(asked, dg.RunRequest | dg.SkipReason)
    return asked


def look(cursor: str | None, instance: dg.DagsterInstance) -> tuple[list[dg.RunRequest], str | None]:
    """One tick of the sensor: what it asks for, and what it remembers."""
    data = landed_by_day.evaluate_tick(
        dg.build_sensor_context(instance=instance, cursor=cursor, definitions=defs, sensor_name="landed_by_day")
    )
    return list(data.run_requests or ()), data.cursor


def test_the_night_is_at_two_in_paris_in_winter_and_in_summer() -> None:
    assert (every_night.cron_schedule, every_night.execution_timezone) == ("0 2 * * *", "Europe/Paris")
    assert every_night.default_status is dg.DefaultScheduleStatus.RUNNING


def test_a_night_is_asked_for_once_and_for_all_plie_in_one_run() -> None:
    asked = at_night()
    assert isinstance(asked, dg.RunRequest)
    assert asked.run_key == "night 2022-01-07"
    assert asked.partition_key is None


def test_a_night_that_is_written_down_for_every_plie_is_skipped_where_nothing_waits(settings: Settings) -> None:
    record_night(settings, NIGHT, [], [], open_plie_ids(NIGHT))
    assert isinstance(at_night(), dg.SkipReason)
    a_delivery(LILLE).land(settings)
    assert isinstance(at_night(), dg.RunRequest)


def test_a_night_that_is_written_down_for_some_plie_only_is_not_skipped(settings: Settings) -> None:
    record_night(settings, NIGHT, [], [], [LILLE])
    assert isinstance(at_night(), dg.RunRequest)


def test_mailboxes_elsewhere_are_looked_into_every_night(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    record_night(settings, NIGHT, [], [], open_plie_ids(NIGHT))
    monkeypatch.setenv("PLIE_SOURCE", "sftp")
    assert isinstance(at_night(), dg.RunRequest)


def test_a_file_that_landed_is_asked_for_once_it_stopped_growing(settings: Settings) -> None:
    path = a_delivery(LILLE).land(settings)
    a_delivery(PARIS).land(settings, name="PLIE-75-01_20211231T220000Z.zip.part")
    with dg.DagsterInstance.ephemeral() as instance:
        asked, cursor = look(None, instance)
        assert asked == []
        path.write_bytes(path.read_bytes() + b"more")
        asked, cursor = look(cursor, instance)
        assert asked == []
        (request,), cursor = look(cursor, instance)
        assert request.run_config["ops"]["deliveries"]["config"]["plie_ids"] == [LILLE]
        assert set(json.loads(cursor or "")) == {f"{LILLE}/{path.name}"}
        (same,), _ = look(cursor, instance)
        assert same.run_key == request.run_key


def test_files_of_several_plie_are_one_run(settings: Settings) -> None:
    for plie_id in (LILLE, PARIS, "PLIE-02-01"):
        a_delivery(plie_id).land(settings)
    with dg.DagsterInstance.ephemeral() as instance:
        _, cursor = look(None, instance)
        (request,), _ = look(cursor, instance)
    assert request.run_config["ops"]["deliveries"]["config"]["plie_ids"] == ["PLIE-02-01", LILLE, PARIS]


def test_a_file_that_is_replaced_is_asked_for_again(settings: Settings) -> None:
    path = a_delivery(LILLE).land(settings)
    with dg.DagsterInstance.ephemeral() as instance:
        _, cursor = look(None, instance)
        (first,), cursor = look(cursor, instance)
        path.write_bytes(a_delivery(LILLE, people=7).zipped())
        _, cursor = look(cursor, instance)
        (second,), _ = look(cursor, instance)
    assert first.run_key != second.run_key


def test_an_empty_landing_and_a_missing_one_are_skipped(settings: Settings, tmp_path: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert look(None, instance)[0] == []
        settings.landing.mkdir(parents=True)
        assert look(None, instance)[0] == []


def test_what_a_stranger_leaves_in_landing_starts_no_run_by_day(settings: Settings) -> None:
    a_delivery("PLIE-99-99").land(settings)
    with dg.DagsterInstance.ephemeral() as instance:
        _, cursor = look(None, instance)
        assert look(cursor, instance)[0] == []
