"""Runs dbt in this process (five times quicker to start than the command) and gives the warehouse back afterwards."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from ingestion.settings import PROJECT_ROOT, Settings
from orchestration.last_build import NIGHTS, Extent

DATA_TESTS_ONLY = ("--exclude-resource-type", "unit_test")
"""Unit tests prove the SQL, not the data: they belong to the test suite, not to a night."""

_KINDS = ("config.materialized:table", "config.materialized:incremental", "resource_type:test")
"""What a change of rows can change: seeds, what is made of seeds alone and the definitions of views stay."""
_VIEWS = "config.materialized:view"
DEPENDS_ON = {Extent.CHANGED: "source:raw+", Extent.NIGHTS: f"source:raw.{NIGHTS}+"}
"""What dbt is told to build when it is not everything. On a lake, views too: they say of which snapshot they are."""


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
class ViewComment:
    """The comment on one column of a view."""

    schema: str
    view: str
    column: str
    comment: str


@dataclass(frozen=True)
class BuildReport:
    """What one dbt run did: nodes by status, seconds of execution and result of each, and what was there afterwards.

    `rows` counts the rows of each table, as `schema.table`, where somebody counted them. `view_comments` are those on
    the columns of the views that were made.
    """

    statuses: dict[str, int]
    seconds: dict[str, float]
    warnings: tuple[str, ...]
    nodes: tuple[NodeResult, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    view_comments: tuple[ViewComment, ...] = ()


class BuildFailed(RuntimeError):
    """dbt ended with errors; the message names the nodes that failed and why, `report` says what became of all."""

    def __init__(self, message: str, report: BuildReport | None = None) -> None:
        super().__init__(message)
        self.report = report or BuildReport(statuses={}, seconds={}, warnings=())


_SETTINGS = (
    "data",
    "engine",
    "memory_limit",
    "threads",
    "lock_timeout",
    "lake_catalog",
    "lake_path",
    "lake_s3_endpoint",
    "lake_s3_region",
    "lake_s3_access_key",
    "lake_s3_secret_key",
    "spark_master",
    "spark_driver_host",
)
"""What `profiles.yml` and the plugin of dbt-duckdb read of the settings."""


def dbt_environment(settings: Settings) -> dict[str, str | None]:
    """Environment variables from which dbt reads the same settings as the rest of the system; None: it is not set."""
    values = {f"PLIE_{name.upper()}": getattr(settings, name) for name in _SETTINGS}
    return {
        **{name: _as_text(value) for name, value in values.items()},
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def _as_text(value: object) -> str | None:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return None if value is None else str(value)


def dbt_directories(settings: Settings) -> dict[str, Path]:
    """Where dbt reads and writes: two data roots never share a target folder, so they can be built at once."""
    return {
        "--project-dir": PROJECT_ROOT,
        "--profiles-dir": PROJECT_ROOT,
        "--target-path": settings.data / "dbt" / "target",
        "--log-path": settings.data / "dbt" / "logs",
    }


def dbt_threads(settings: Settings) -> int:
    """Models that are made at the same time. On a lake one: two commits of one process meet in memory that DuckLake
    has given back already (duckdb/ducklake issues 1248 and 1404, DuckDB 1.5.5). Each model has all processors still."""
    return 1 if settings.engine == "ducklake" else settings.threads


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
def _environment(variables: Mapping[str, str | None]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    _set_environment(variables)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def invoke(
    settings: Settings,
    command: Sequence[str],
    callbacks: Sequence[Callable[[Any], None]] = (),
    extent: Extent = Extent.EVERYTHING,
    snapshot: int | None = None,
) -> Any:
    """One dbt command on the warehouse of `settings`; returns dbt's own result. The caller holds the writer lock.

    Args:
        extent: what the large facts are built for; `CHANGED` takes that `plan_build` said so under the same lock.
        snapshot: the state of a lake from which `raw` is read; when None, the one that dbt finds.
    """
    loads_as_of = None if snapshot is None else str(snapshot)
    flags = [word for flag, path in dbt_directories(settings).items() for word in (flag, str(path))]
    # What failed comes back in the result. dbt would write out each of its thousands of events before dropping it.
    quiet = ["--quiet", "--no-use-colors", "--no-print", "--log-level", "none", "--log-level-file", "none"]
    variables = {**dbt_environment(settings), "PLIE_BUILD": extent, "PLIE_BUILD_SNAPSHOT": loads_as_of}
    with _environment(variables), _no_collection_of_cycles():
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        try:
            return dbtRunner(callbacks=list(callbacks)).invoke([*quiet, *command, *flags])
        finally:
            # Those of Spark end with its session, in `on_spark`.
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
        view_comments=tuple(
            ViewComment(node.node.schema, node.node.alias, column.name, column.description)
            for node in ran
            if node.node.resource_type == "model" and node.node.config.materialized == "view"
            for column in node.node.columns.values()
            if column.description
        ),
    )


def build(
    settings: Settings,
    on_progress: Callable[[int, int, str], None] | None = None,
    extent: Extent = Extent.EVERYTHING,
    only: Sequence[str] = (),
    snapshot: int | None = None,
) -> BuildReport:
    """`dbt build` of the whole project or of what changed, data tests included. The caller holds the writer lock.

    Spark, whose tables live as long as its session, always builds everything.

    Args:
        on_progress: called with nodes done, nodes in all and the node's name each time one ends.
        only: names of models, seeds and tests; nothing else is built or tested then, whatever depends on it.
        snapshot: the state of a lake from which `raw` is read.

    Raises:
        BuildFailed: a model or a test failed. Models that do not depend on it are built all the same.
    """

    def on_event(event: Any) -> None:
        if on_progress is not None and event.info.name in {"LogModelResult", "LogTestResult", "LogSeedResult"}:
            # Tests name their total otherwise than models and seeds do.
            total = event.data.num_models if event.info.name == "LogTestResult" else event.data.total
            on_progress(event.data.index, total, event.data.node_info.node_name)

    command = ["build", *DATA_TESTS_ONLY, "--threads", str(dbt_threads(settings))]
    if settings.engine == "spark":
        extent = Extent.EVERYTHING
    elif only:
        command += ["--select", *only, "--indirect-selection", "empty", "--no-write-json"]
    elif extent in DEPENDS_ON:
        kinds = (*_KINDS, _VIEWS) if settings.engine == "ducklake" else _KINDS
        command += ["--select", *(f"{DEPENDS_ON[extent]},{kind}" for kind in kinds), "--no-write-json"]
    with _engine_running(settings, snapshot):
        result = invoke(settings, command, [on_event], extent, snapshot)
        report = _report(result)
        if not result.success:
            raise BuildFailed(_failures(result), report)
    return report


def _engine_running(settings: Settings, snapshot: int | None) -> AbstractContextManager[object]:
    """What has to run around dbt: nothing for DuckDB, which runs inside it."""
    if settings.engine != "spark":
        return nullcontext()
    from orchestration.spark.building import on_spark

    return on_spark(settings, snapshot)
