"""Runs dbt in this process (five times quicker to start than the command) and gives the warehouse back afterwards."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.settings import PROJECT_ROOT, Settings
from orchestration.last_build import NIGHTS, Extent

DATA_TESTS_ONLY = ("--exclude-resource-type", "unit_test")
"""Unit tests prove the SQL, not the data: they belong to the test suite, not to a night."""

_KINDS = ("config.materialized:table", "config.materialized:incremental", "resource_type:test")
"""What a change of rows can change: seeds, what is made of seeds alone and the definitions of views stay."""
DEPENDS_ON = {
    Extent.CHANGED: tuple(f"source:raw+,{kind}" for kind in _KINDS),
    Extent.NIGHTS: tuple(f"source:raw.{NIGHTS}+,{kind}" for kind in _KINDS),
}
"""What dbt is told to build when it is not everything."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test. `status` is dbt's own word; `failures` counts the rows a test found."""

    unique_id: str
    name: str
    status: str
    seconds: float
    message: str
    failures: int | None


@dataclass(frozen=True)
class BuildReport:
    """What one dbt run did: nodes by status, seconds of execution and result of each, and what was there afterwards.

    `rows` counts the rows of each table, as `schema.table`, where somebody counted them.
    """

    statuses: dict[str, int]
    seconds: dict[str, float]
    warnings: tuple[str, ...]
    nodes: tuple[NodeResult, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)


class BuildFailed(RuntimeError):
    """dbt ended with errors; the message names the nodes that failed and why, `report` says what became of all."""

    def __init__(self, message: str, report: BuildReport | None = None) -> None:
        super().__init__(message)
        self.report = report or BuildReport(statuses={}, seconds={}, warnings=())


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


def _report(result: Any) -> BuildReport:
    """What dbt's own result says; nothing where dbt stopped before its first node."""
    ran = [] if result.exception is not None or result.result is None else list(result.result)
    return BuildReport(
        statuses=dict(Counter(str(node.status) for node in ran)),
        seconds={node.node.name: node.execution_time for node in ran},
        warnings=tuple(f"{node.node.name}: {node.message}" for node in ran if str(node.status) == "warn"),
        nodes=tuple(
            NodeResult(
                unique_id=node.node.unique_id,
                name=node.node.name,
                status=str(node.status),
                seconds=node.execution_time,
                message=(node.message or "").strip(),
                failures=node.failures,
            )
            for node in ran
        ),
    )


def build(
    settings: Settings,
    on_progress: Callable[[int, int, str], None] | None = None,
    extent: Extent = Extent.EVERYTHING,
    only: Sequence[str] = (),
) -> BuildReport:
    """`dbt build` of the whole project or of what changed, data tests included. The caller holds the writer lock.

    Args:
        on_progress: called with nodes done, nodes in all and the node's name each time one ends.
        only: names of models, seeds and tests; nothing else is built or tested then, whatever depends on it.

    Raises:
        BuildFailed: a model or a test failed. Models that do not depend on it are built all the same.
    """

    def on_event(event: Any) -> None:
        if on_progress is not None and event.info.name in {"LogModelResult", "LogTestResult", "LogSeedResult"}:
            # Tests name their total otherwise than models and seeds do.
            total = event.data.num_models if event.info.name == "LogTestResult" else event.data.total
            on_progress(event.data.index, total, event.data.node_info.node_name)

    command = ["build", *DATA_TESTS_ONLY, "--threads", str(settings.threads)]
    if only:
        command += ["--select", *only, "--indirect-selection", "empty", "--no-write-json"]
    elif extent in DEPENDS_ON:
        command += ["--select", *DEPENDS_ON[extent], "--no-write-json"]
    result = invoke(settings, command, [on_event], extent)
    report = _report(result)
    if not result.success:
        raise BuildFailed(_failures(result), report)
    return report
