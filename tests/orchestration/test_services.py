"""The services of `deploy/` started for real, with the very commands of the units: a night, and what kills it."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import yaml
from dagster import DagsterRunStatus

from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse import reading, writer_lock
from orchestration.dagster_home import prepare_dagster_home
from orchestration.dagster_services import code_location_command, daemon_command, webserver_command
from tests.deliveries import PLIE, a_delivery
from tests.running_dagster import PATIENCE, RunningDagster, eventually, instance_of, services, status_of

DEPLOY = PROJECT_ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
CODE, DAEMON, WEBSERVER = "plie-code-location", "plie-daemon", "plie-webserver"
HARDENED = {
    "CapabilityBoundingSet": "",
    "NoNewPrivileges": "yes",
    "PrivateTmp": "yes",
    "ProtectHome": "yes",
    "ProtectSystem": "strict",
    "User": "plie",
}


def unit(path: Path) -> RawConfigParser:
    """A unit as systemd reads it; of a setting that stands twice, the last one."""
    parser = RawConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def started_by(name: str, setting: str = "ExecStart") -> list[str]:
    return shlex.split(unit(DEPLOY / f"{name}.service")["Service"][setting])


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_hardened_and_may_write_below_the_data_alone(path: Path) -> None:
    service = unit(path)["Service"]
    assert {name: service[name] for name in HARDENED} == HARDENED
    assert service["StateDirectory"] == "plie"
    assert "ReadWritePaths" not in service
    assert service["Restart"] == "on-failure"


def test_units_and_plie_ui_start_the_same_three_programs() -> None:
    door, workspace = Path("/run/plie/code-location.sock"), Path("/opt/plie/deploy/workspace.yaml")
    for name, arguments in (
        (CODE, code_location_command(door)),
        (WEBSERVER, webserver_command(workspace, "http://127.0.0.1:3000")),
        (DAEMON, daemon_command(workspace)),
    ):
        expected = [argument.replace(str(PROJECT_ROOT), "/opt/plie") for argument in arguments]
        assert started_by(name) == ["/opt/plie/.venv/bin/python", "-m", *expected]
    (location,) = yaml.safe_load((DEPLOY / "workspace.yaml").read_text(encoding="utf-8"))["load_from"]
    assert location == {"grpc_server": {"location_name": "plie", "socket": str(door)}}


@pytest.mark.systemd
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_systemd_understands_a_unit_and_finds_it_safe(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_text(path.read_text(encoding="utf-8").replace("/opt/plie/.venv/bin/python", sys.executable), "utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    exposure = ["systemd-analyze", "security", "--offline=true", "--threshold=20", copy]
    done = subprocess.run(exposure, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


class Server:
    """A machine with the three services: they can be started, killed and started again."""

    def __init__(self, folder: Path, monitored_every: int = 2) -> None:
        self.settings = Settings(data=folder / "data")
        self.home = prepare_dagster_home(self.settings)
        settings = yaml.safe_load((self.home / "dagster.yaml").read_text(encoding="utf-8"))
        settings["run_monitoring"]["poll_interval_seconds"] = monitored_every
        (self.home / "dagster.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        self.folder = folder
        workspace = (DEPLOY / "workspace.yaml").read_text(encoding="utf-8")
        (folder / "workspace.yaml").write_text(workspace.replace("/run/plie", str(folder)), encoding="utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def command(self, name: str, setting: str = "ExecStart") -> list[str]:
        """What the unit starts, at the places of this test."""
        places = {
            "/opt/plie/.venv/bin/python": sys.executable,
            "/opt/plie/deploy/workspace.yaml": str(self.folder / "workspace.yaml"),
            "/opt/plie": str(PROJECT_ROOT),
            "/run/plie": str(self.folder),
            "3000": str(self.port),
        }
        words = started_by(name, setting)
        for place, here in places.items():
            words = [word.replace(place, here) for word in words]
        return words

    @contextmanager
    def up(self) -> Iterator[tuple[RunningDagster, dict[str, subprocess.Popen[bytes]]]]:
        """The three services in the order of the units, until the block ends and kills them."""
        environment = {
            **os.environ,
            "DAGSTER_HOME": str(self.home),
            "PLIE_DATA": str(self.settings.data),
            "PLIE_LOCK_TIMEOUT": "600",
            "DAGSTER_DISABLE_TELEMETRY": "1",
        }
        with services({CODE: self.command(CODE)}, environment, self.folder) as first:
            answers = [word.replace("${MAINPID}", str(first[CODE].pid)) for word in self.command(CODE, "ExecStartPost")]
            subprocess.run(answers, env=environment, check=True, timeout=PATIENCE)
            others = {name: self.command(name) for name in (WEBSERVER, DAEMON)}
            with services(others, environment, self.folder) as after:
                dagster = RunningDagster(self.port, self.home, psutil.Process(os.getpid()))
                eventually(dagster.has_loaded, "the definitions on the webserver")
                yield dagster, {**first, **after}


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def a_run_that_waits(dagster: RunningDagster) -> tuple[str, psutil.Process]:
    """A night that has begun and waits for the writer lock, which the test holds; and its process."""
    run_id = dagster.launch("night")
    worker = dagster.worker(run_id)
    eventually(lambda: dagster.status(run_id) is DagsterRunStatus.STARTED, "the run to start")
    return run_id, worker


def test_a_night_works_and_one_that_is_killed_or_cancelled_gives_its_place_to_the_next(server: Server) -> None:
    a_delivery().land(server.settings)
    with server.up() as (dagster, running):
        assert dagster.finished(dagster.launch("night")) is DagsterRunStatus.SUCCESS
        assert server.settings.snapshot.exists()
        with reading(server.settings) as connection:
            loaded = connection.execute("select plie_id, status from raw.deliveries").fetchall()
        assert loaded == [(PLIE, "accepted")]

        with writer_lock(server.settings, "a test that keeps the run waiting"):
            killed, worker = a_run_that_waits(dagster)
            second = dagster.launch("night")
            worker.send_signal(signal.SIGKILL)
            assert dagster.finished(killed) is DagsterRunStatus.FAILURE
            eventually(lambda: dagster.status(second) is DagsterRunStatus.STARTED, "the run that waited in the queue")
            dagster.client.terminate_run(second)
            assert dagster.finished(second) is DagsterRunStatus.CANCELED
            last, _ = a_run_that_waits(dagster)
            running[CODE].terminate()  # as KillMode=mixed does: the service is told, its runs are not
        assert dagster.finished(last) is DagsterRunStatus.SUCCESS
        assert running[CODE].wait(timeout=PATIENCE) == 0


def test_a_run_that_went_down_with_the_machine_is_marked_failed_and_the_next_one_works(server: Server) -> None:
    with writer_lock(server.settings, "a test that keeps the run waiting"), server.up() as (dagster, running):
        lost, worker = a_run_that_waits(dagster)
        for process in running.values():
            os.killpg(process.pid, signal.SIGKILL)
        psutil.wait_procs([worker], timeout=30)
    with instance_of(server.home) as instance:
        assert status_of(instance, lost) is DagsterRunStatus.STARTED
        with server.up() as (dagster, _):
            following = dagster.launch("night")
            assert dagster.finished(lost) is DagsterRunStatus.FAILURE
            assert dagster.finished(following) is DagsterRunStatus.SUCCESS
        messages = [entry.dagster_event.message or "" for entry in instance.all_logs(lost) if entry.dagster_event]
        assert any(f"Process {worker.pid} of this run is gone" in message for message in messages)
