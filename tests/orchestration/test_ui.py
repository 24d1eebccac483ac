"""`plie ui`, as a person runs it: it starts with nothing there, and Ctrl-C leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
import yaml
from dagster import DagsterRunStatus

from ingestion.settings import Settings
from ingestion.warehouse import writer_lock
from orchestration.dagster_home import TEMPLATE, prepare_dagster_home
from orchestration.dagster_services import services_environment
from tests.running_dagster import a_ui, eventually, instance_of, is_alive, status_of


def plie_ui(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "orchestration.cli", "ui", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def listening(processes: list[psutil.Process]) -> set[str]:
    """The addresses on which these processes take connections."""
    connections = (connection for process in processes for connection in process.net_connections("inet"))
    return {connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN}


def test_it_starts_with_nothing_there_and_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with a_ui(data) as dagster:
        with urllib.request.urlopen(dagster.address) as page:  # noqa: S310
            assert b"Dagster" in page.read()
        foreign = urllib.request.Request(dagster.address, headers={"Origin": "https://elsewhere.example"})  # noqa: S310
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(foreign)  # noqa: S310
        processes = dagster.descendants()
        assert len(processes) >= 3
        assert listening(processes) == {"127.0.0.1"}
        second = plie_ui("--data", data, "--port", 0)
        assert second.returncode == 1
        assert f"already runs on this data root at {dagster.address}" in second.stderr
        dagster.process.send_signal(signal.SIGINT)
        assert dagster.process.wait(timeout=60) == 0
        assert [process for process in processes if is_alive(process)] == []
    assert not (data / "warehouse.duckdb").exists()


def test_ctrl_c_cancels_the_run_in_progress_and_ends_its_process(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with a_ui(tmp_path, PLIE_LOCK_TIMEOUT="600") as dagster:
        with writer_lock(settings, "a test that keeps the run waiting"):
            run_id = dagster.launch("night")
            worker = dagster.worker(run_id)
            eventually(lambda: dagster.status(run_id) is DagsterRunStatus.STARTED, "the run to start")
            dagster.process.send_signal(signal.SIGINT)
            assert dagster.process.wait(timeout=60) == 0
        assert not is_alive(worker)
        with instance_of(dagster.home) as instance:
            assert status_of(instance, run_id) in (DagsterRunStatus.CANCELED, DagsterRunStatus.FAILURE)


def test_a_port_that_is_taken_is_said_to_be_so(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = plie_ui("--data", tmp_path, "--port", port)
    assert done.returncode == 1
    assert f"port {port} cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr


def test_killed_outright_it_takes_its_services_with_it(tmp_path: Path) -> None:
    with a_ui(tmp_path) as dagster:
        processes = dagster.descendants()
        dagster.process.kill()
        assert len(processes) >= 3
        eventually(lambda: not any(map(is_alive, processes)), "the end of the services")


def test_settings_of_the_instance_are_ours_until_someone_changes_them(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    home = prepare_dagster_home(settings)
    assert (home / "dagster.yaml").read_text(encoding="utf-8") == TEMPLATE.read_text(encoding="utf-8")
    assert home.stat().st_mode & 0o077 == 0
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    prepare_dagster_home(settings)
    assert yaml.safe_load((home / "dagster.yaml").read_text(encoding="utf-8")) == {"telemetry": {"enabled": False}}


def test_services_get_this_data_root_and_nothing_of_another_dagster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_GRPC_PORT", "4000")
    monkeypatch.setenv("DAGSTER_HOME", "/elsewhere")
    environment = services_environment(Settings(data=tmp_path), tmp_path / "dagster")
    assert environment["DAGSTER_HOME"] == str(tmp_path / "dagster")
    assert environment["PLIE_DATA"] == str(tmp_path)
    assert environment["DAGSTER_DISABLE_TELEMETRY"] == "1"
    assert "DAGSTER_GRPC_PORT" not in environment
    assert environment["PATH"] == os.environ["PATH"]
