"""A warehouse goes from its file into a DuckLake and back, wholly or not at all, and nothing is put over other data."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from ingestion.loading.intake import load_landing
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse import writing
from orchestration.comparing import differences
from orchestration.dbt_runner import build
from orchestration.moving import MADE_AGAIN, NotMoved, move
from orchestration.pipeline import build_and_publish
from quality.gate import run_gate
from tests.deliveries import a_delivery
from tests.orchestration.conftest import plie
from tests.postgres_server import PASSWORD
from tests.warehouse_reading import column

pytestmark = pytest.mark.postgres

LILLE, PARIS = "PLIE-59-06", "PLIE-75-01"
KEPT = ("raw", "consolidation", "published", "quality")


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root with a warehouse in a file: two PLIE, their marts, and what the gate said of 2021."""
    settings = Settings(data=tmp_path_factory.mktemp("campaign") / "data", lock_timeout=5, threads=2)
    for plie_id in (LILLE, PARIS):
        a_delivery(plie_id, people=20).land(settings)
    assert [outcome.status for outcome in load_landing(settings)] == ["accepted", "accepted"]
    build_and_publish(settings)
    run_gate(settings, 2021)
    return settings.data


@pytest.fixture
def file(campaign: Path, lake: Settings) -> Settings:
    """A copy of it, beside a lake in which nothing is."""
    shutil.copytree(campaign, lake.data)
    return lake.model_copy(update={"engine": "duckdb", "lake_path": str(lake.data / "lake")})


def on_lake(settings: Settings) -> Settings:
    return settings.model_copy(update={"engine": "ducklake"})


def test_everything_but_what_a_build_makes_arrives_and_the_file_stays(file: Settings) -> None:
    before = file.warehouse.read_bytes()
    moved = move(file, "ducklake")
    assert not moved.was_there
    assert differences(file, on_lake(file), KEPT) == []
    kept = set(
        column(
            file,
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database()"
            f" and schema_name not in {MADE_AGAIN}",
        )
    )
    assert moved.rows.keys() == kept
    assert {"raw.etapes", "raw.warehouse_facts", "quality.results"} <= kept
    assert moved.rows["raw.loaded_plie"] == 2
    assert file.warehouse.read_bytes() == before
    build(on_lake(file))
    assert differences(file, on_lake(file)) == []


def test_it_comes_back_as_it_was_with_the_keys_of_a_file(file: Settings, tmp_path: Path) -> None:
    move(file, "ducklake")
    back = file.model_copy(update={"data": tmp_path / "back"})
    back.data.mkdir()
    move(back, "duckdb")
    assert differences(file, back, KEPT) == []
    keys = (
        "select table_name, constraint_text from duckdb_constraints() where constraint_type = 'PRIMARY KEY' order by 1"
    )
    with duckdb.connect(str(file.warehouse)) as one, duckdb.connect(str(back.warehouse)) as other:
        assert one.execute(keys).fetchall() == other.execute(keys).fetchall()
    assert back.warehouse.stat().st_mode & 0o077 == 0
    build(back)
    assert differences(file, back) == []


def test_moved_twice_says_that_it_is_there(file: Settings) -> None:
    move(file, "ducklake")
    assert move(file, "ducklake").was_there
    back = move(file, "duckdb")
    assert back.was_there


def test_nothing_is_put_over_other_data(file: Settings) -> None:
    a_delivery("PLIE-13-03").land(file)
    lake = on_lake(file)
    assert [outcome.status for outcome in load_landing(lake)] == ["accepted"]
    with pytest.raises(NotMoved, match="holds other data already"):
        move(file, "ducklake")
    with pytest.raises(NotMoved, match="holds other data already"):
        move(file, "duckdb")
    assert column(lake, "select distinct plie_id from raw.deliveries") == ["PLIE-13-03"]


def test_a_row_that_came_after_the_move_is_seen(file: Settings) -> None:
    move(file, "ducklake")
    with writing(on_lake(file), "a test") as connection:
        connection.execute("update raw.sorties set date_sortie = date_sortie + 1 where line = 2")
    with pytest.raises(NotMoved, match="holds other data already"):
        move(file, "ducklake")


KILLED = """
import os, sys
from pathlib import Path
from orchestration.dbt_runner import build
from orchestration.moving import move
from ingestion.settings import Settings

def die(done, total, table):
    if table == "raw.parcours":
        os._exit(9)

move(Settings(data=Path(sys.argv[1])), sys.argv[2], die)
"""


@pytest.mark.parametrize("to", ["ducklake", "duckdb"])
def test_a_killed_move_is_started_again(to: str, file: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert file.lake_catalog is not None
    monkeypatch.setenv("PLIE_LAKE_CATALOG", file.lake_catalog.get_secret_value())
    if to == "duckdb":
        move(file, "ducklake")
        file.warehouse.rename(file.warehouse.with_name("former.duckdb"))
    command = [sys.executable, "-c", KILLED, str(file.data), to]
    killed = subprocess.run(command, cwd=PROJECT_ROOT, check=False, capture_output=True, text=True)
    assert killed.returncode == 9, killed.stderr
    if to == "ducklake":
        assert column(on_lake(file), "select count(*) from raw.deliveries") == [0]
    else:
        assert not file.warehouse.exists()
    done = plie("move", "--to", to, "--data", file.data)
    assert done.exit_code == 0, done.output
    assert "raw.parcours: 40 rows, the same on both sides" in done.output
    assert differences(file, on_lake(file), KEPT) == []


def test_what_there_is_to_do_is_said_without_the_password(lake: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lake.lake_catalog is not None
    monkeypatch.setenv("PLIE_LAKE_CATALOG", lake.lake_catalog.get_secret_value())
    empty = plie("move", "--to", "ducklake", "--data", lake.data)
    assert empty.exit_code == 1
    assert "There is nothing to move" in str(empty.exception)
    monkeypatch.setenv("PLIE_LAKE_CATALOG", lake.lake_catalog.get_secret_value().replace("dbname=", "dbname=no"))
    lost = plie("move", "--to", "ducklake", "--data", lake.data)
    assert lost.exit_code == 1
    assert PASSWORD not in lost.output + str(lost.exception)
