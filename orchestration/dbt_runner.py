"""Runs dbt in this process (five times quicker to start than the command) and gives the warehouse back afterwards."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.settings import PROJECT_ROOT, Settings
from orchestration.last_build import Extent

DATA_TESTS_ONLY = ("--exclude-resource-type", "unit_test")
"""Unit tests prove the SQL, not the data: they belong to the test suite, not to a night."""

DEPENDS_ON_RAW = tuple(
    f"source:raw+,{kind}"
    for kind in ("config.materialized:table", "config.materialized:incremental", "resource_type:test")
)
"""What a change of rows can change: seeds, what is made of seeds alone and the definitions of views stay."""


class BuildFailed(RuntimeError):
    """dbt ended with errors; the message names the nodes that failed and why."""


@dataclass(frozen=True)
class BuildReport:
    """What one dbt run did: nodes by status, and the seconds that each took in execution."""

    statuses: dict[str, int]
    seconds: dict[str, float]
    warnings: tuple[str, ...]


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Environment variables from which `profiles.yml` reads the same settings as the rest of the system."""
    return {
        "PLIE_DATA": str(settings.data),
        "PLIE_MEMORY_LIMIT": settings.memory_limit,
        "PLIE_THREADS": str(settings.threads),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def dbt_directories(settings: Settings) -> dict[str, Path]:
    """Where dbt reads and writes: two data roots never share a target folder, so they can be built at once."""
    return {
        "--project-dir": PROJECT_ROOT,
        "--profiles-dir": PROJECT_ROOT,
        "--target-path": settings.data / "dbt" / "target",
        "--log-path": settings.data / "dbt" / "logs",
    }


@contextmanager
def _no_collection_of_cycles() -> Iterator[None]:
    """dbt's import and graph are millions of objects that live to the end: searching them for garbage is vain."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def invoke(
    settings: Settings,
    command: Sequence[str],
    callbacks: Sequence[Callable[[Any], None]] = (),
    extent: Extent = Extent.EVERYTHING,
) -> Any:
    """One dbt command on the warehouse of `settings`; returns dbt's own result. The caller holds the writer lock.

    Args:
        extent: what the large facts are built for; `CHANGED` takes that `plan_build` said so under the same lock.
    """
    flags = [word for flag, path in dbt_directories(settings).items() for word in (flag, str(path))]
    # What failed comes back in the result. dbt would write out each of its thousands of events before dropping it.
    quiet = ["--quiet", "--no-use-colors", "--no-print", "--log-level", "none", "--log-level-file", "none"]
    with _environment({**dbt_environment(settings), "PLIE_BUILD": extent}), _no_collection_of_cycles():
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        try:
            return dbtRunner(callbacks=list(callbacks)).invoke([*quiet, *command, *flags])
        finally:
            DuckDBConnectionManager.close_all_connections()


def _failures(result: Any) -> str:
    if result.exception is not None:
        return str(result.exception)
    bad = [node for node in result.result if str(node.status) in {"error", "fail", "runtime error"}]
    return "\n".join(f"{node.node.name}: {(node.message or '').strip()}" for node in bad)


def build(
    settings: Settings,
    on_progress: Callable[[int, int, str], None] | None = None,
    extent: Extent = Extent.EVERYTHING,
) -> BuildReport:
    """`dbt build` of the whole project or of what changed, data tests included. The caller holds the writer lock.

    Args:
        on_progress: called with nodes done, nodes in all and the node's name each time one ends.

    Raises:
        BuildFailed: a model or a test failed. Models that do not depend on it are built all the same.
    """

    def on_event(event: Any) -> None:
        if on_progress is not None and event.info.name in {"LogModelResult", "LogTestResult", "LogSeedResult"}:
            # Tests name their total otherwise than models and seeds do.
            total = event.data.num_models if event.info.name == "LogTestResult" else event.data.total
            on_progress(event.data.index, total, event.data.node_info.node_name)

    command = ["build", *DATA_TESTS_ONLY, "--threads", str(settings.threads)]
    if extent is Extent.CHANGED:
        command += ["--select", *DEPENDS_ON_RAW, "--no-write-json"]
    result = invoke(settings, command, [on_event], extent)
    if not result.success:
        raise BuildFailed(_failures(result))
    statuses: dict[str, int] = {}
    for node in result.result:
        statuses[str(node.status)] = statuses.get(str(node.status), 0) + 1
    return BuildReport(
        statuses=statuses,
        seconds={node.node.name: node.execution_time for node in result.result},
        warnings=tuple(f"{n.node.name}: {n.message}" for n in result.result if str(n.status) == "warn"),
    )
