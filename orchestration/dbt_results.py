"""What dbt says of each node, as Dagster's events: a model or seed is a materialisation, a test is a check."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

from orchestration.dbt_runner import BuildReport, NodeResult

UNIQUE_ID = "dagster_dbt/unique_id"
"""The key under which dagster-dbt keeps dbt's own identifier in the metadata of an asset or a check."""

GOOD = "success"
PASSED, WARNED = "pass", "warn"
NOT_RUN = ("skipped", "no-op", "partial success")
VIEW = "view"


class ProjectMap:
    """Which of Dagster's keys stands for which node of dbt's manifest."""

    def __init__(
        self, manifest: Mapping[str, Any], models: Collection[dg.AssetSpec], checks: Collection[dg.AssetCheckSpec]
    ) -> None:
        self._nodes: Mapping[str, Any] = {**manifest["sources"], **manifest["nodes"]}
        self.assets: Mapping[str, dg.AssetKey] = {spec.metadata[UNIQUE_ID]: spec.key for spec in models}
        self.checks: Mapping[str, dg.AssetCheckKey] = {
            str((check.metadata or {})[UNIQUE_ID]): check.key for check in checks
        }
        parents = {
            unique_id: self._nodes[unique_id].get("depends_on", {}).get("nodes", ()) for unique_id in self._nodes
        }
        self.in_order = [
            unique_id for unique_id in TopologicalSorter(parents).static_order() if unique_id in self.assets
        ]
        """Models and seeds, each after what it is made of: the order in which Dagster takes their results."""
        self._unique_ids = {key: unique_id for unique_id, key in {**self.assets, **self.checks}.items()}

    def names(self, keys: Collection[dg.AssetKey | dg.AssetCheckKey]) -> list[str]:
        """The names by which dbt selects what these keys stand for."""
        return sorted(str(self._nodes[self._unique_ids[key]]["name"]) for key in keys)

    def relation(self, unique_id: str) -> str:
        """`schema.table` of a model or seed."""
        node = self._nodes[unique_id]
        return f"{node['schema']}.{node['alias']}"

    def views_on_rows(self) -> list[str]:
        """Views that are made of rows of `raw`: they hold other rows once raw does, without being built again."""
        return [unique_id for unique_id in self.assets if self._is_view_on_rows(unique_id)]

    def _is_view_on_rows(self, unique_id: str) -> bool:
        node = self._nodes[unique_id]
        return node.get("config", {}).get("materialized") == VIEW and self._comes_from_raw(unique_id)

    def _comes_from_raw(self, unique_id: str) -> bool:
        node = self._nodes[unique_id]
        if node["resource_type"] == "source":
            return bool(node["schema"] == "raw")
        return any(self._comes_from_raw(parent) for parent in node.get("depends_on", {}).get("nodes", ()))


def results_of(
    report: BuildReport,
    project: ProjectMap,
    selected: Collection[dg.AssetKey],
    checked: Collection[dg.AssetCheckKey],
    *,
    views_follow: bool = False,
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """One result for each node that was run and was asked for; what dbt skipped has none. Parents come first.

    Args:
        views_follow: after a build of what changed, the views that were not run show what is new all the same.
    """
    built = [node for node in report.nodes if node.status == GOOD and node.unique_id in project.assets]
    made = {node.unique_id: _materialised(node, project, report) for node in built}
    if views_follow:
        made = {view: _followed(view, project) for view in project.views_on_rows()} | made
    for unique_id in project.in_order:
        if unique_id in made and project.assets[unique_id] in selected:
            yield made[unique_id]
    for node in report.nodes:
        if project.checks.get(node.unique_id) in checked and node.status not in NOT_RUN:
            yield _checked(node, project.checks[node.unique_id])


def _followed(unique_id: str, project: ProjectMap) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=project.assets[unique_id],
        metadata={"built": "a view: it follows what it is made of"},
    )


def _materialised(node: NodeResult, project: ProjectMap, report: BuildReport) -> dg.MaterializeResult[None]:
    n_rows = report.rows.get(project.relation(node.unique_id))
    return dg.MaterializeResult(
        asset_key=project.assets[node.unique_id],
        metadata={
            "seconds": dg.MetadataValue.float(round(node.seconds, 3)),
            **({"dagster/row_count": n_rows} if n_rows is not None else {}),
        },
    )


def _checked(node: NodeResult, key: dg.AssetCheckKey) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.WARN if node.status == WARNED else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=node.status == PASSED,
        severity=severity,
        description=node.message or None,
        metadata={
            "status": node.status,
            "rows found": node.failures if node.failures is not None else 0,
            "seconds": dg.MetadataValue.float(round(node.seconds, 3)),
        },
    )
