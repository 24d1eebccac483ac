"""Says whether the process of a run still lives, so that Dagster's run monitoring can tell a dead run from a long one.

Dagster's own launcher leaves this to the code location, which knows its runs only while it lives itself: after the
machine went down, or the service was killed, a run would stay "started" for ever and keep the warehouse's pool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster import DagsterEventType, DagsterRun, DefaultRunLauncher
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus

if TYPE_CHECKING:
    from dagster import DagsterInstance

CLOCK_SLACK = 5.0
"""Seconds by which a process may seem younger than the event that it wrote: the clock of a machine may be set back."""


class WatchingRunLauncher(DefaultRunLauncher):
    """Launches runs as Dagster does by default, and looks after their processes.

    Daemon and code location are on one machine and under one user (or root): a process is looked up by its number.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """RUNNING while the run's process lives or nobody knows its number, FAILED when it is gone."""
        started = _worker(self._instance, run.run_id)
        if started is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "The run has not said yet which process it is.")
        pid, since = started
        if _is_alive(pid, since):
            return CheckRunHealthResult(WorkerStatus.RUNNING, run_worker_id=str(pid))
        return CheckRunHealthResult(
            WorkerStatus.FAILED,
            f"Process {pid} of this run is gone: it was killed, or the machine or the code location went down.",
            run_worker_id=str(pid),
        )


def _worker(instance: DagsterInstance, run_id: str) -> tuple[int, float] | None:
    """Number of the run's process and the time (Unix, seconds) at which it said so; it is the first to say one."""
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.ENGINE_EVENT):
        pid = entry.get_dagster_event().engine_event_data.metadata.get("pid")
        if pid is not None:
            return int(str(pid.value)), entry.timestamp
    return None


def _is_alive(pid: int, since: float) -> bool:
    """Whether this process lives and is not a younger one that was given the same number."""
    import psutil

    try:
        process = psutil.Process(pid)
        return bool(process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= since + CLOCK_SLACK)
    except psutil.NoSuchProcess:
        return False
