"""A build on a DuckLake: what changed alone, of one state of the lake while others load, and without its password."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import duckdb
import pytest
from pydantic import SecretStr

from ingestion.lake.attaching import lake_path
from ingestion.loading.intake import load_landing
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse import open_warehouse, writing
from orchestration.comparing import differences
from orchestration.dbt_runner import BuildFailed, build, dbt_environment
from orchestration.last_build import Extent
from orchestration.moving import move
from orchestration.pipeline import build_and_publish
from tests.deliveries import CREATED, Delivery, a_delivery
from tests.postgres_server import PASSWORD, PostgresServer
from tests.warehouse_reading import column, query

pytestmark = pytest.mark.postgres

LILLE, PARIS, MARSEILLE = "PLIE-59-06", "PLIE-75-01", "PLIE-13-03"


def load(settings: Settings, *deliveries: Delivery) -> None:
    for delivery in deliveries:
        delivery.land(settings)
    statuses = [outcome.status for outcome in load_landing(settings)]
    assert statuses == ["accepted"] * len(deliveries)


def people_in_marts(settings: Settings) -> dict[str, int]:
    return dict(query(settings, "select plie_id, count(*) from marts.fct_entries group by plie_id"))


def in_a_file(lake: Settings, folder: Path) -> Settings:
    """The same rows in a warehouse of their own, which DuckDB builds."""
    folder.mkdir()
    file = lake.model_copy(update={"data": folder, "lake_path": lake_path(lake)})
    move(file, "duckdb")
    return file.model_copy(update={"engine": "duckdb"})


def assert_equal_to_a_full_build(lake: Settings, folder: Path) -> None:
    """The file that DuckDB builds of the same rows holds the same."""
    file = in_a_file(lake, folder)
    build(file)
    assert differences(file, lake, ("staging", "nomenclature", "intermediate", "marts")) == []


@pytest.fixture
def built(lake: Settings) -> Settings:
    """A lake with two PLIE of which everything has been built."""
    load(lake, a_delivery(LILLE), a_delivery(PARIS))
    assert build_and_publish(lake).plan.extent is Extent.EVERYTHING
    return lake


def test_what_changed_is_built_alone_and_gives_what_a_full_build_gives(built: Settings, tmp_path: Path) -> None:
    assert build_and_publish(built).plan.extent is Extent.NOTHING
    created = CREATED + timedelta(days=1)
    load(
        built,
        a_delivery(MARSEILLE, people=3, created=created),
        a_delivery(PARIS, people=6, coverage=("2017-01-01", "2020-12-31"), created=created),
    )
    published = build_and_publish(built)
    assert published.plan.extent is Extent.CHANGED
    assert published.plan.changed_plie == (MARSEILLE, PARIS)
    assert_equal_to_a_full_build(built, tmp_path / "file")


def test_a_load_that_commits_during_a_build_is_left_to_the_next_one(built: Settings, tmp_path: Path) -> None:
    load(built, a_delivery(PARIS, people=7, created=CREATED + timedelta(days=1)))
    before = people_in_marts(built)[LILLE]
    during: list[str] = []

    def load_meanwhile(done: int, total: int, node: str) -> None:
        if not during:
            during.append(node)
            load(built, a_delivery(MARSEILLE, people=4), a_delivery(LILLE, people=9, created=CREATED + timedelta(2)))

    published = build_and_publish(built, load_meanwhile)
    assert during
    assert published.plan.changed_plie == (PARIS,)
    assert people_in_marts(built) == {LILLE: before, PARIS: 7}
    # Views of what was loaded show the same state, in the lake and in the snapshot.
    assert column(built, "select distinct plie_id from staging.stg_parcours order by 1") == [LILLE, PARIS]
    assert column(built, "select count(*) from marts.fct_deliveries") == [3]
    assert column(built, "select count(*) from raw.deliveries") == [5]
    assert build_and_publish(built).plan.changed_plie == (MARSEILLE, LILLE)
    assert people_in_marts(built) == {LILLE: 9, PARIS: 7, MARSEILLE: 4}
    assert_equal_to_a_full_build(built, tmp_path / "file")


def test_a_value_that_a_contract_forbids_fails_the_build_and_is_not_published(built: Settings) -> None:
    before = built.snapshot.read_bytes()
    load(built, a_delivery(MARSEILLE))
    with writing(built, "a test") as connection:
        connection.execute("update raw.deliveries set status = 'eaten' where plie_id = ?", [MARSEILLE])
    with pytest.raises(BuildFailed, match="fct_deliveries"):
        build_and_publish(built)
    assert built.snapshot.read_bytes() == before
    with writing(built, "a test") as connection:
        connection.execute("update raw.deliveries set status = 'accepted' where plie_id = ?", [MARSEILLE])
    assert build_and_publish(built).plan.extent is Extent.EVERYTHING


def test_every_published_column_is_described_as_on_a_file(built: Settings, tmp_path: Path) -> None:
    file = in_a_file(built, tmp_path / "file")
    build_and_publish(file)
    described = []
    for settings in (built, file):
        with duckdb.connect(str(settings.snapshot), read_only=True) as snapshot:
            described.append(
                snapshot.execute(
                    "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
                    " where database_name = current_database() and not internal order by all"
                ).fetchall()
            )
    assert described[0] == described[1]
    assert len(described[0]) > 300
    assert [row for row in described[0] if not row[4]] == []


def environment(lake: Settings) -> dict[str, str]:
    set_here = {name: value for name, value in dbt_environment(lake).items() if value is not None}
    return {name: value for name, value in os.environ.items() if not name.startswith("PLIE_")} | set_here


def test_dbt_by_hand_builds_the_lake_from_the_environment_alone(lake: Settings, tmp_path: Path) -> None:
    load(lake, a_delivery(LILLE))
    command = [str(Path(sys.executable).with_name("dbt")), "build", "--target-path", str(tmp_path / "target")]
    command += ["--log-path", str(tmp_path / "logs"), "--log-level-file", "debug"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environment(lake), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert people_in_marts(lake).keys() == {LILLE}
    written = [path for folder in (tmp_path, lake.data) for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "dbt.log" for path in written)
    assert [path for path in written if PASSWORD.encode() in path.read_bytes()] == []
    assert PASSWORD not in done.stdout + done.stderr


def test_a_lake_that_cannot_be_opened_is_told_without_its_password(lake: Settings, postgres: PostgresServer) -> None:
    load(lake, a_delivery(LILLE))
    wrong = SecretStr(postgres.catalog(f"nowhere_{uuid4().hex}"))
    lost = lake.model_copy(update={"lake_catalog": wrong})
    with pytest.raises(BuildFailed) as failed:
        build(lost)
    assert "createdb" in str(failed.value)
    assert PASSWORD not in str(failed.value)
    with open_warehouse(lake) as connection:
        told = str(connection.execute("from duckdb_databases()").fetchall())
        told += str(connection.execute("from duckdb_secrets()").fetchall())
    assert PASSWORD not in told
