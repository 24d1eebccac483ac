"""What Dagster knows of the dbt project: its manifest and column lineage, made once for each state of the code.

Making it takes about ten seconds, most of them dbt's imports, and needs a database for a moment: a throwaway one, in a
process that ends. The definitions then only read a file. `python -m orchestration.manifest` makes it beforehand.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from ingestion.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.column_lineage import ColumnLineage
from orchestration.last_build import code_fingerprint

KEPT = 4
"""Manifests of former states of the code that stay, for who goes back and forth between two of them."""


ENGINE = "duckdb"
"""Models, tests and columns are the same whatever builds them: nobody waits for PostgreSQL or Spark to show them."""


class ManifestNotMade(RuntimeError):
    """dbt could not read its project; the message is dbt's own."""


@dataclass(frozen=True)
class KnownProject:
    """The dbt manifest, and of which columns each column of a model is made."""

    manifest: dict[str, Any]
    lineage: ColumnLineage


def manifest_file(settings: Settings) -> Path:
    """Where the manifest of the code as it stands now is kept."""
    return settings.cache / f"dbt-manifest-{code_fingerprint(ENGINE)[:16]}.json"


def known_project(settings: Settings) -> KnownProject:
    """Reads the manifest of the code as it stands, which is made first where it is missing.

    Raises:
        ManifestNotMade: the models cannot be read.
    """
    file = manifest_file(settings)
    if not file.exists():
        made = subprocess.run(
            [sys.executable, "-m", "orchestration.manifest"], cwd=PROJECT_ROOT, capture_output=True, text=True
        )
        if made.returncode != 0:
            raise ManifestNotMade(f"dbt could not read its project:\n{made.stdout}{made.stderr}")
    return KnownProject(**json.loads(file.read_text(encoding="utf-8")))


def make_manifest(settings: Settings) -> Path:
    """Writes the manifest of the code as it stands, unless it is there; returns its path. Two makers do not meet.

    Raises:
        ManifestNotMade: the models cannot be read.
    """
    file = manifest_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.parent / ".dbt-manifest.lock"):
        if not file.exists():
            with tempfile.TemporaryDirectory(prefix="plie-manifest-") as folder:
                known = _compile(
                    settings.model_copy(update={"data": Path(folder), "engine": ENGINE, "lake_catalog": None})
                )
            aside = file.with_suffix(".part")
            aside.write_text(json.dumps(known), encoding="utf-8")
            aside.replace(file)
            former = sorted(file.parent.glob("dbt-manifest-*.json"), key=lambda path: path.stat().st_mtime)
            for path in former[: -KEPT - 1]:
                path.unlink()
    return file


def _compile(throwaway: Settings) -> dict[str, Any]:
    """Manifest and lineage, with the help of a warehouse in which nothing is loaded."""
    from ingestion.warehouse import open_warehouse
    from orchestration.column_lineage import column_lineage, node_schema, table_of
    from orchestration.dbt_runner import dbt_directories, invoke

    result = invoke(throwaway, ["compile", "--threads", "1"])
    if not result.success:
        raise ManifestNotMade(str(result.exception or result.result))
    target = dbt_directories(throwaway)["--target-path"]
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    with closing(open_warehouse(throwaway)) as connection:
        columns = connection.execute(
            "select table_schema, table_name, list(column_name order by ordinal_position)"
            " from information_schema.columns group by all"
        ).fetchall()
    by_table = {(schema, table): names for schema, table, names in columns}
    source_columns = {
        identifier: by_table.get((node_schema(source), table_of(source)), [])
        for identifier, source in manifest["sources"].items()
    }
    return {"manifest": manifest, "lineage": column_lineage(manifest, source_columns)}


if __name__ == "__main__":
    try:
        print(make_manifest(load_settings()))
    except ManifestNotMade as error:
        sys.exit(str(error))
