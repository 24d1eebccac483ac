"""What can go wrong in a run, each provoked once: a bad or hanging sender, a broken model, a run that is killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingestion.loading.intake import load_landing
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.sources.mailbox import Mailbox, RemoteFile, TransportError
from ingestion.warehouse import writer_lock
from orchestration.last_build import Extent
from orchestration.pipeline import build_and_publish
from tests.deliveries import a_delivery
from tests.orchestration.dagster_runs import (
    DELIVERIES,
    LILLE,
    MARSEILLE,
    PARIS,
    evaluations,
    materialised,
    observed,
    run,
    use,
)

SOON = 90.0
"""Seconds in which a process starts or ends on a busy machine."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root with two PLIE, built and published."""
    settings = Settings(data=tmp_path_factory.mktemp("failures") / "data", lock_timeout=5, threads=2)
    for plie_id in (LILLE, MARSEILLE):
        a_delivery(plie_id, people=6).land(settings)
    assert {outcome.status for outcome in load_landing(settings)} == {"accepted"}
    build_and_publish(settings)
    return settings.data


@pytest.fixture
def settings(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of it for one test."""
    settings = Settings(data=tmp_path / "data", lock_timeout=2, threads=2)
    shutil.copytree(built, settings.data)
    use(monkeypatch, settings)
    return settings


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


class OneMailbox:
    """The mailbox of Paris, which fails as often as it is told to before it can be opened."""

    files_grow = False

    def __init__(self, content: bytes, name: str, failures: int) -> None:
        self.content, self.name, self.failures = content, name, failures

    @contextmanager
    def open(self, plie_id: str) -> Iterator[Mailbox]:
        if plie_id == PARIS and self.failures > 0:
            self.failures -= 1
            raise TransportError("connection reset")
        self.plie_id = plie_id
        yield self

    def waiting(self) -> list[RemoteFile]:
        return [RemoteFile(self.name, len(self.content), "1")] if self.plie_id == PARIS else []

    def read(self, file: RemoteFile) -> Iterator[bytes]:
        yield self.content

    def is_unchanged(self, file: RemoteFile) -> bool:
        return True

    def move_away(self, name: str) -> None:
        raise AssertionError("files are left where they are")

    def put_back(self, name: str, content: bytes) -> None:
        assert content


def test_a_transport_error_is_written_down_for_its_plie_and_the_next_run_brings_the_delivery(
    settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = a_delivery(PARIS, people=3)
    mailbox = OneMailbox(sent.zipped(), sent.file_name, failures=2)
    use(monkeypatch, settings, PLIE_SOURCE_ATTEMPTS=2, PLIE_SOURCE_BACKOFF=0)
    monkeypatch.setattr("orchestration.night.configured_source", lambda settings: mailbox)
    a_delivery("PLIE-95-01", people=3).land(settings)
    failed = run("take_in_some", instance, plie_ids=[PARIS, "PLIE-95-01"])
    assert failed.success
    assert observed(failed)[PARIS]["status"] == "transport_error"
    assert observed(failed)[PARIS]["attempts"] == 2
    assert instance.get_materialized_partitions(DELIVERIES) == {"PLIE-95-01"}
    run("take_in_some", instance, plie_ids=[PARIS])
    assert instance.get_materialized_partitions(DELIVERIES) == {"PLIE-95-01", PARIS}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        nights = connection.execute("select plie_id, status from raw.night_outcomes order by 1").fetchall()
    assert nights == [(PARIS, "accepted"), ("PLIE-95-01", "accepted")]


def test_a_sender_whose_server_never_answers_stops_nobody_else(
    settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "known_hosts").touch()
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        use(
            monkeypatch,
            settings,
            PLIE_SOURCE="sftp",
            PLIE_SOURCE_PLIE=PARIS,
            PLIE_SOURCE_TIMEOUT=1,
            PLIE_SOURCE_ATTEMPTS=1,
            PLIE_SFTP_HOST="127.0.0.1",
            PLIE_SFTP_PORT=silent.getsockname()[1],
            PLIE_SFTP_KEY=tmp_path / "known_hosts",
            PLIE_SFTP_KNOWN_HOSTS=tmp_path / "known_hosts",
        )
        a_delivery("PLIE-95-01", people=3).land(settings)
        started = time.monotonic()
        result = run("take_in_some", instance, plie_ids=[PARIS, "PLIE-95-01"])
        assert time.monotonic() - started < SOON
    assert result.success
    assert observed(result)[PARIS]["status"] == "transport_error"
    assert instance.get_materialized_partitions(DELIVERIES) == {"PLIE-95-01"}


def test_a_data_test_that_fails_is_a_failed_check_fails_the_run_and_keeps_the_snapshot(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    before = settings.snapshot.stat().st_ino
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(f"insert into raw.etapes from raw.etapes where plie_id = '{LILLE}' and etape_id = 'E1'")
        connection.execute(f"update raw.loaded_plie set load_number = load_number + 1 where plie_id = '{LILLE}'")
        connection.execute("update raw.deliveries set bytes = bytes + 1")
    result = run("night", instance)
    assert not result.success
    check = evaluations(result)["unique_combination_fct_participant_steps_True__plie_id__step_id"]
    assert not check.passed
    assert check.severity is dg.AssetCheckSeverity.ERROR
    assert check.metadata["rows found"].value == 1
    assert dg.AssetKey("snapshot") not in materialised(result)
    assert "the snapshot that was there stays" in str(result.failure_data_for_node("dbt_build").user_failure_data)
    assert settings.snapshot.stat().st_ino == before


def test_one_model_is_built_alone_and_the_next_build_makes_everything(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    alone = dg.AssetKey(["marts", "fct_exits"])
    result = run("build", instance, assets=[alone])
    assert result.success
    assert materialised(result) == {alone: [None]}
    assert {name for name, check in evaluations(result).items() if check.asset_key == alone} == set(evaluations(result))
    assert build_and_publish(settings).plan.extent is Extent.EVERYTHING


def test_while_another_process_writes_a_run_waits_then_fails_with_its_name_and_the_next_one_works(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    a_delivery(PARIS, people=3).land(settings)
    with writer_lock(settings, "a very long load"):
        blocked = run("take_in_some", instance, plie_ids=[PARIS])
        with duckdb.connect(str(settings.snapshot), read_only=True) as snapshot:
            assert snapshot.execute("select count(*) from marts.fct_entries").fetchone() == (12,)
    assert not blocked.success
    assert "a very long load" in str(blocked.failure_data_for_node("deliveries").error)
    assert run("take_in_some", instance, plie_ids=[PARIS]).success
    assert instance.get_materialized_partitions(DELIVERIES) == {PARIS}


def _start_build(settings: Settings, home: Path) -> subprocess.Popen[bytes]:
    """A run in a process of its own, which is returned in the middle of dbt's work."""
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("drop table orchestration.last_build")
    process = subprocess.Popen(
        [sys.executable, "-m", "dagster", "job", "execute", "-m", "orchestration.definitions", "-j", "build"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "DAGSTER_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # What is written before a commit stands in this file: it is there once dbt is at work.
    wal = settings.warehouse.with_name(settings.warehouse.name + ".wal")
    deadline = time.monotonic() + SOON
    while not wal.exists():
        assert process.poll() is None, "the run ended before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT], ids=["killed", "cancelled"])
def test_a_run_that_is_killed_or_cancelled_frees_the_warehouse_and_the_next_one_works(
    settings: Settings, instance: dg.DagsterInstance, tmp_path: Path, blow: signal.Signals
) -> None:
    before = settings.snapshot.stat().st_ino
    home = tmp_path / "home"
    process = _start_build(settings, home)
    process.send_signal(blow)
    process.wait(SOON)
    assert process.returncode != 0
    with writer_lock(settings, "the next one"):
        assert settings.snapshot.stat().st_ino == before
    with dg.DagsterInstance.from_config(str(home)) as left:
        (found,) = left.get_runs()
        ended = {signal.SIGINT: (dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.FAILURE)}
        # Nobody was left to say that a killed run has ended: the monitoring of `dagster.yaml` does.
        assert found.status in ended.get(blow, (dg.DagsterRunStatus.STARTED,))
    again = run("build", instance)
    assert again.success
    assert dg.AssetKey("snapshot") in materialised(again)
