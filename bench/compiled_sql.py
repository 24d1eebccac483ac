"""The floor under a build: the SQL that dbt compiled, run in order in one DuckDB process, no dbt and no tests."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def _ordered_models(manifest: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    """Identifiers of seeds' and models' nodes, parents before children."""
    parents: dict[str, list[str]] = manifest["parent_map"]  # type: ignore[assignment]
    ordered: list[str] = []

    def visit(node: str) -> None:
        if node in ordered or not node.startswith("model."):
            return
        for parent in parents[node]:
            visit(parent)
        ordered.append(node)

    for node in sorted(manifest["nodes"]):
        visit(node)
    return ordered


def run_compiled(target: Path, database: Path) -> int:
    """Models run. `target` is dbt's target folder after a build of the same database; its models are replaced."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    connection = duckdb.connect(str(database))
    models = _ordered_models(manifest)
    for identifier in models:
        node = manifest["nodes"][identifier]
        compiled = (target / "compiled" / node["package_name"] / node["original_file_path"]).read_text(encoding="utf-8")
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        connection.execute(f"create or replace {kind} {node['schema']}.{node['alias']} as {compiled}")
    connection.close()
    return len(models)


if __name__ == "__main__":
    print(run_compiled(Path(sys.argv[1]), Path(sys.argv[2])))
