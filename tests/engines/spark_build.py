"""One `dbt build` of the same rows on DuckDB and on executors of Spark, unit tests included."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ingestion.settings import Settings
from orchestration.dbt_runner import invoke
from orchestration.spark.building import on_spark
from tests.short_lived_spark import spark_is_short_lived

EXECUTORS = "local-cluster[2,1,1024]"
"""Two processes with one core and 1 GiB each, beside the driver: rows are really sent between them."""

TURNED_AROUND = """
create temporary view turned_around as
select * except (is_positive), not is_positive as is_positive from marts.fct_exits
"""


@dataclass(frozen=True)
class Built:
    """What one engine made of the rows."""

    settings: Settings
    nodes: dict[str, str]
    tasks: dict[str, int]
    ansi: str
    listened_at: set[str]
    left_behind: list[str]
    constraint_tests: dict[str, str]
    n_broken: tuple[int, int]
    """Rows that the test of constraints finds in `fct_exits`, as it is and after each exit was turned around."""

    @property
    def views(self) -> Path:
        """The rows of each view as Spark computes them, a folder of Parquet each."""
        return self.settings.data / "views"


def _with_rows(loaded: Settings, data: Path, **more: Any) -> Settings:
    data.mkdir(parents=True)
    shutil.copy(loaded.warehouse, data)
    return loaded.model_copy(update={"data": data, **more})


def _status_of_nodes(result: Any) -> dict[str, str]:
    assert result.success, result.exception or [
        f"{node.node.name}: {node.message}" for node in result.result if str(node.status) not in {"success", "pass"}
    ]
    return {node.node.unique_id: str(node.status) for node in result.result}


def built_by_duckdb(loaded: Settings, folder: Path) -> Built:
    """The default engine, on a copy of the file of `loaded` in `folder`."""
    settings = _with_rows(loaded, folder / "data")
    return Built(settings, _status_of_nodes(invoke(settings, ["build"])), {}, "", set(), [], {}, (0, 0))


def built_by_spark(loaded: Settings, folder: Path) -> Built:
    """Spark, likewise: rows landed, everything built and tested there, tables gathered."""
    settings = _with_rows(loaded, folder / "data", engine="spark", spark_master=EXECUTORS)
    with pytest.MonkeyPatch.context() as patch:
        spark_is_short_lived(folder, patch)
        here = folder / "here"
        here.mkdir()
        patch.chdir(here)
        with on_spark(settings) as session:
            result = invoke(settings, ["build"])
            nodes = _status_of_nodes(result)
            constraint_tests = {
                node.node.name: node.node.compiled_code
                for node in result.result
                if node.node.name.startswith("declared_constraints_")
            }
            session.sql(TURNED_AROUND)
            looked_for = constraint_tests["declared_constraints_fct_exits_True"]
            turned_around = looked_for.replace("marts.fct_exits", "turned_around")
            views = [
                f"{node.node.schema}.{node.node.alias}"
                for node in result.result
                if node.node.resource_type == "model" and node.node.config.materialized == "view"
            ]
            for view in views:
                session.table(view).coalesce(1).write.parquet(str(settings.data / "views" / view))
            executors = _listed(session.sparkContext._jsc.sc().statusStore().executorList(True))
            built = Built(
                settings,
                nodes,
                {executor.id(): executor.totalTasks() for executor in executors},
                session.conf.get("spark.sql.ansi.enabled"),
                {executor.hostPort().split(":")[0] for executor in executors},
                [],
                constraint_tests,
                (session.sql(looked_for).count(), session.sql(turned_around).count()),
            )
        built.left_behind.extend(path.name for path in here.iterdir())
    return built


def _listed(scala_sequence: Any) -> Sequence[Any]:
    return [scala_sequence.apply(index) for index in range(scala_sequence.size())]
