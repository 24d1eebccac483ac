"""Dagster for one person at one machine: code location, webserver and daemon as processes that start and end together.

The same three programs run as services on a server (`deploy/`); there systemd does what this module does here.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ingestion.settings import PROJECT_ROOT, Settings
from orchestration.dagster_home import prepare_dagster_home
from orchestration.dagster_services import (
    HOST,
    code_location_command,
    daemon_command,
    services_environment,
    webserver_command,
)

START_PATIENCE = 180.0
"""Seconds that a service has to answer for the first time."""
STOP_PATIENCE = 20.0
"""Seconds that a run has to end by itself once it was told to."""
POLL = 0.1
SIGTERM_WHEN_ORPHANED = 1  # PR_SET_PDEATHSIG of prctl(2)


class CannotStart(RuntimeError):
    """Dagster did not start, or one of its services ended by itself; the message says which one and what it said."""


class LocalDagster:
    """The services of one data root while they run. Made by `local_dagster`."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.address = f"http://{HOST}:{port}"
        self._services: dict[str, subprocess.Popen[bytes]] = {}

    def log(self, name: str) -> Path:
        """Where the service of this name writes what it has to say."""
        return self.home / "services" / f"{name}.log"

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Starts one service, in a session of its own: a Ctrl-C at the terminal is ours to pass on, in good order."""
        self.log(name).parent.mkdir(exist_ok=True)
        with self.log(name).open("wb") as log:
            self._services[name] = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                [sys.executable, "-m", *command],
                cwd=PROJECT_ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )

    def check(self) -> None:
        """Raises CannotStart when a service has ended."""
        for name, process in self._services.items():
            if process.poll() is not None:
                raise CannotStart(
                    f"the {name} of Dagster ended with code {process.returncode}; its log is {self.log(name)}."
                    f" What it said:\n{_errors_in(self.log(name))}"
                )

    def watch(self) -> None:
        """Returns never; raises CannotStart when a service ends by itself."""
        while True:
            self.check()
            time.sleep(1)

    def stop(self) -> None:
        """Stops everything: runs in progress are cancelled, and killed when they have not ended in time.

        The daemon goes first, so that nothing new is launched; a second Ctrl-C kills what is left at once.
        """
        try:
            for name, process in reversed(self._services.items()):
                if name == "code location":
                    _signal_group(process, signal.SIGTERM)
                else:
                    process.terminate()
            deadline = time.monotonic() + STOP_PATIENCE
            while time.monotonic() < deadline and any(process.poll() is None for process in self._services.values()):
                time.sleep(POLL)
        except KeyboardInterrupt:
            pass
        finally:
            for process in self._services.values():
                _signal_group(process, signal.SIGKILL)
                process.wait()


@contextmanager
def local_dagster(settings: Settings, port: int) -> Iterator[LocalDagster]:
    """Dagster on this data root, answering on `address` of 127.0.0.1 while the block runs; stopped after it.

    Args:
        port: where the webserver listens; 0 for any free port.

    Raises:
        CannotStart: the port is taken, Dagster already runs on this data root, or a service failed to start.
        OSError: the data root cannot be written to.
    """
    home = prepare_dagster_home(settings)
    with _alone(home), tempfile.TemporaryDirectory(prefix="plie-ui-") as folder:
        running = LocalDagster(home, _usable_port(port))
        (home / "ui.address").write_text(running.address, encoding="utf-8")
        door = Path(folder) / "code-location.sock"
        workspace = Path(folder) / "workspace.yaml"
        # JSON is YAML; the path holds no quote.
        workspace.write_text(
            f'{{"load_from": [{{"grpc_server": {{"location_name": "plie", "socket": "{door}"}}}}]}}', encoding="utf-8"
        )
        environment = services_environment(settings, home)
        try:
            running.start("code location", code_location_command(door), environment)
            _wait_until(running, lambda: _answers(door))
            running.start("webserver", webserver_command(workspace, running.address), environment)
            running.start("daemon", daemon_command(workspace), environment)
            _wait_until(running, lambda: _serves(running.address))
            yield running
        finally:
            running.stop()
            (home / "ui.address").unlink(missing_ok=True)


def _errors_in(log: Path) -> str:
    """The last words of a log: the lines that are not the frames of a traceback, in which a cause comes first."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    said = [line for line in lines if line.strip() and not line.startswith((" ", "Traceback", "The above exception"))]
    return "\n".join(said[-6:])


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One Dagster per data root: two daemons would both start the night."""
    lock = FileLock(home / "ui.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        address = ""
        with suppress(OSError):
            address = f" at {(home / 'ui.address').read_text(encoding='utf-8')}"
        raise CannotStart(f"Dagster already runs on this data root{address}.") from None
    try:
        yield
    finally:
        lock.release()


def _usable_port(port: int) -> int:
    """The port itself when nobody listens there, or any free one for 0."""
    with socket.socket() as probe:
        # As the webserver does: a port whose last connections are still closing can be used again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotStart(
                f"port {port} cannot be opened ({error.strerror}): try --port 0, or another one."
            ) from None
        return int(probe.getsockname()[1])


def _wait_until(running: LocalDagster, is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_PATIENCE
    while not is_there():
        running.check()
        if time.monotonic() > deadline:
            raise CannotStart(f"no answer within {START_PATIENCE:g} s; what was said is in {running.log('*')}.")
        time.sleep(POLL)


def _answers(door: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(door)) == 0


def _serves(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/server_info", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _end_with_parent() -> None:
    """In the child, on Linux: be told to end when the command that started us is killed outright."""
    ctypes.CDLL(None).prctl(SIGTERM_WHEN_ORPHANED, signal.SIGTERM)
