"""A Dagster that really runs, as a person or systemd starts it: its processes, its GraphQL and its instance."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil
from dagster import DagsterEventType, DagsterInstance, DagsterRunStatus
from dagster_graphql import DagsterGraphQLClient, DagsterGraphQLClientError

PATIENCE = 180
"""Seconds after which something that has not come about is a failure."""

Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None], what: str, patience: float = PATIENCE) -> Found:
    """What `look` finds, once it finds something; a failure that says `what` was waited for otherwise."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {patience:g} s: {what}")


@dataclass(frozen=True)
class RunningDagster:
    """One Dagster: where its pages are, where it keeps its runs, and the process that started it."""

    port: int
    home: Path
    process: psutil.Process

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def client(self) -> DagsterGraphQLClient:
        return DagsterGraphQLClient("127.0.0.1", port_number=self.port)

    def has_loaded(self) -> bool:
        """Whether the webserver answers and sees the definitions."""
        try:
            answer = self.client._execute("{repositoriesOrError {... on RepositoryConnection {nodes {name}}}}")
        except (DagsterGraphQLClientError, OSError):
            return False
        return bool(answer["repositoriesOrError"].get("nodes"))

    def descendants(self) -> list[psutil.Process]:
        return self.process.children(recursive=True)

    def launch(self, job: str, **options: Any) -> str:
        """Launches a job as the page does; the run's id."""
        return self.client.submit_job_execution(job, **options)

    def status(self, run_id: str) -> DagsterRunStatus:
        return self.client.get_run_status(run_id)

    def finished(self, run_id: str, patience: float = PATIENCE) -> DagsterRunStatus:
        """How a run ended, once it has."""
        ended = (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED)
        return eventually(
            lambda: status if (status := self.status(run_id)) in ended else None, f"the end of run {run_id}", patience
        )

    def worker(self, run_id: str) -> psutil.Process:
        """The process of a run, once it has said which one it is."""
        with instance_of(self.home) as instance:
            return psutil.Process(eventually(lambda: run_process(instance, run_id), f"the process of run {run_id}"))


@contextmanager
def instance_of(home: Path) -> Iterator[DagsterInstance]:
    with DagsterInstance.from_config(str(home)) as instance:
        yield instance


def is_alive(process: psutil.Process) -> bool:
    """Whether a process still does something; one that has ended may stay in the list until somebody asks for it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def status_of(instance: DagsterInstance, run_id: str) -> DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def run_process(instance: DagsterInstance, run_id: str) -> int | None:
    """The number of a run's process, from what it wrote when it started."""
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.ENGINE_EVENT):
        event = entry.get_dagster_event()
        if (event.message or "").startswith("Started process for run"):
            return int(str(event.engine_event_data.metadata["pid"].value))
    return None


@contextmanager
def a_ui(data: Path, *options: str, **environment: str) -> Iterator[RunningDagster]:
    """`plie ui` on this data root, stopped by Ctrl-C at the end unless the test has ended it.

    It starts deaf to Ctrl-C, as what a shell puts into the background: it must listen all the same.
    """
    command = [sys.executable, "-u", "-m", "orchestration.cli", "ui", "--port", "0", "--data", str(data), *options]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    ) as process:
        try:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                if "http://127.0.0.1:" in line:
                    break
            else:
                raise AssertionError(f"plie ui ended: {''.join(said)}")
            address = next(word for word in said[-1].split() if word.startswith("http://"))
            yield RunningDagster(int(address.rpartition(":")[2]), data / "dagster", psutil.Process(process.pid))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


@contextmanager
def services(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], logs: Path
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Programs started side by side, each with its log, and killed at the end with all that they started."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            with (logs / f"{name}.log").open("wb") as log:
                running[name] = subprocess.Popen(
                    command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
                )
        yield running
    finally:
        for process in running.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            finally:
                process.wait()
