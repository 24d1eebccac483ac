"""What Dagster sees, and what loading it costs: no database, no network, nothing heavy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from ingestion.contract import registered_plie_ids
from ingestion.settings import PROJECT_ROOT, load_settings
from orchestration.assets.raw import TABLES_OF_THE_HOUSE
from orchestration.definitions import defs
from orchestration.manifest import make_manifest, manifest_file

GRAPH = defs.resolve_asset_graph()
LAYERS = ("raw", "staging", "intermediate", "marts", "nomenclature")

WATCHED = """
import json, sys

touched = []

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        touched.append(event)
    if event == "open" and str(arguments[0]).endswith((".duckdb", ".duckdb.wal")):
        touched.append(str(arguments[0]))

sys.addaudithook(watch)
import orchestration.definitions
orchestration.definitions.defs.get_repository_def()
heavy = {"pandas", "great_expectations", "scipy", "altair", "paramiko", "s3fs", "polars", "dbt.cli.main"}
print(json.dumps({"touched": touched, "heavy": sorted(heavy & set(sys.modules))}))
"""


def loaded(data: Path, cache: Path, code: str = WATCHED) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=PROJECT_ROOT,
        env={"PLIE_DATA": str(data), "PLIE_CACHE": str(cache), "PATH": os.environ["PATH"], "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
    )


def test_loading_the_definitions_opens_no_database_and_no_connection_and_imports_nothing_heavy(tmp_path: Path) -> None:
    cache = make_manifest(load_settings()).parent
    done = loaded(tmp_path / "none", cache)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"touched": [], "heavy": []}
    assert not (tmp_path / "none").exists()


def test_the_manifest_is_made_once_where_there_is_none_and_leaves_no_database(tmp_path: Path) -> None:
    done = loaded(tmp_path / "none", tmp_path / "cache", "import orchestration.definitions")
    assert done.returncode == 0, done.stderr
    (made,) = (tmp_path / "cache").glob("*.json")
    assert made.name == manifest_file(load_settings()).name
    assert not (tmp_path / "none").exists()
    written = made.stat().st_mtime_ns
    make_manifest(load_settings().model_copy(update={"cache": tmp_path / "cache"}))
    assert made.stat().st_mtime_ns == written


def test_definitions_are_valid() -> None:
    dg.Definitions.validate_loadable(defs)


def test_deliveries_have_one_partition_for_each_plie_of_the_register() -> None:
    node = GRAPH.get(dg.AssetKey("deliveries"))
    assert node.partitions_def is not None
    assert set(node.partitions_def.get_partition_keys()) == registered_plie_ids()
    assert node.backfill_policy == dg.BackfillPolicy.single_run()


@pytest.mark.parametrize("asset", ["quality_gate", "edition", "open_data", "report"])
def test_what_is_consolidated_has_one_partition_for_each_year(asset: str) -> None:
    node = GRAPH.get(dg.AssetKey(asset))
    assert node.partitions_def is not None
    assert {"2016", "2021"} <= set(node.partitions_def.get_partition_keys())


def test_one_lineage_leads_from_landing_to_what_is_published() -> None:
    upstream = dg.AssetSelection.assets("report").upstream().resolve(GRAPH)
    for key in ("deliveries", "raw/parcours", "staging/stg_parcours", "marts/indicators", "open_data", "snapshot"):
        assert dg.AssetKey(key.split("/")) in upstream, key


def test_every_asset_has_a_description_a_group_kinds_owners_and_tags() -> None:
    for key in GRAPH.materializable_asset_keys:
        node = GRAPH.get(key)
        for said in (node.description, node.group_name != "default", node.kinds, node.owners, node.tags.get("layer")):
            assert said, key


def test_layers_are_groups() -> None:
    for key in GRAPH.materializable_asset_keys:
        if len(key.path) == 2:
            assert GRAPH.get(key).group_name == key.path[0]
            assert key.path[0] in LAYERS


def test_columns_of_marts_are_described_and_lead_back_to_columns_they_come_from() -> None:
    facts = GRAPH.get(dg.AssetKey(["marts", "fct_entries"])).metadata
    described = {column.name: column.description for column in facts["dagster/column_schema"].columns}
    assert (described["age_band"] or "").startswith("MOINS_26")
    assert (described["age_band"] or "").endswith("From intermediate.int_parcours.age_band.")
    lineage = facts["dagster/column_lineage"].deps_by_column
    assert lineage["age_band"] == [dg.TableColumnDep(dg.AssetKey(["intermediate", "int_parcours"]), "age_band")]
    steps = GRAPH.get(dg.AssetKey(["staging", "stg_steps"])).metadata["dagster/column_lineage"].deps_by_column
    assert steps["started_on"] == [dg.TableColumnDep(dg.AssetKey(["raw", "etapes"]), "date_debut")]


def test_nearly_every_column_of_a_model_has_its_lineage() -> None:
    """What has none counts rows or is a constant: it comes from no column."""
    known = found = 0
    for key in GRAPH.materializable_asset_keys:
        metadata = GRAPH.get(key).metadata
        if "dagster/column_lineage" in metadata:
            known += len(metadata["dagster/column_schema"].columns)
            found += len(metadata["dagster/column_lineage"].deps_by_column)
    assert found / known > 0.9


def test_tables_of_raw_have_the_columns_of_the_contract_and_a_description_of_their_own() -> None:
    columns = GRAPH.get(dg.AssetKey(["raw", "parcours"])).metadata["dagster/column_schema"].columns
    assert {"parcours_id", "date_entree", "brsa"} <= {column.name for column in columns}
    ledger = {key.path[1] for key in GRAPH.materializable_asset_keys if key.path[0] == "raw"}
    assert set(TABLES_OF_THE_HOUSE) <= ledger


def test_every_data_test_of_dbt_is_a_check() -> None:
    from orchestration.manifest import known_project

    manifest = known_project(load_settings()).manifest
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    assert tests <= {key.name for key in GRAPH.asset_check_keys}


def test_everything_that_touches_the_warehouse_waits_for_the_one_slot_of_the_pool() -> None:
    nodes = [node for definition in defs.assets or () for node in [definition.op]]  # type: ignore[union-attr]
    assert len(nodes) >= 5
    assert {node.pool for node in nodes} == {"warehouse"}


def test_a_run_is_one_process() -> None:
    assert defs.resolve_job_def("night").executor_def.name == "in_process"
