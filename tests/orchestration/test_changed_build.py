"""A build of what changed gives the warehouse that a build of everything gives, whatever happened before it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.loading.intake import load_landing
from ingestion.loading.release import release
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse import open_warehouse
from orchestration import last_build
from orchestration.dbt_runner import BuildFailed, build, invoke
from orchestration.last_build import BuildPlan, Extent, plan_build
from orchestration.pipeline import build_and_publish
from tests.deliveries import CREATED, Delivery, a_delivery, a_delta, etape, parcours, participant, sortie, suppression
from tests.orchestration.conftest import plie

LILLE, PARIS, MARSEILLE = "PLIE-59-06", "PLIE-75-01", "PLIE-13-03"


def later(days: int) -> dict[str, object]:
    return {"created": CREATED + timedelta(days=days)}


def load(settings: Settings, *deliveries: Delivery) -> None:
    for delivery in deliveries:
        delivery.land(settings)
    statuses = [outcome.status for outcome in load_landing(settings)]
    assert statuses == ["accepted"] * len(deliveries)


def move_step(settings: Settings, parcours_id: str) -> None:
    """Puts the step E7 of Marseille under another parcours, behind the back of the gate."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        where = f"plie_id = '{MARSEILLE}' and etape_id = 'E7'"
        connection.execute(f"update raw.etapes set parcours_id = '{parcours_id}' where {where}")


def plan(settings: Settings) -> BuildPlan:
    with closing(open_warehouse(settings)) as connection:
        return plan_build(connection, settings)


def assert_equal_to_a_full_build(settings: Settings, fresh: Path) -> None:
    """Every table that dbt made holds the rows of a build of everything in a copy of what was loaded."""
    copy = Settings(data=fresh, threads=2)
    fresh.mkdir(parents=True)
    with duckdb.connect(str(copy.warehouse)) as connection:
        connection.execute(f"attach '{settings.warehouse}' as built (read_only)")
        connection.execute("create schema raw")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'built' and schema_name = 'raw'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"create table raw.{table} as from built.raw.{table}")
    build(copy)
    with duckdb.connect(str(copy.warehouse), read_only=True) as connection:
        connection.execute(f"attach '{settings.warehouse}' as built (read_only)")
        names = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_catalog = current_database() and table_schema in ('marts', 'intermediate')"
        ).fetchall()
        assert len(names) > 20
        for (name,) in names:
            for one, other in ((name, f"built.{name}"), (f"built.{name}", name)):
                only = connection.execute(f"(from {one}) except all (from {other})").fetchall()
                assert only == [], f"{len(only)} rows of {one} are not in {other}, among them {only[0]}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root with two PLIE of which everything has been built, and beside it what it held then."""
    settings = Settings(data=tmp_path_factory.mktemp("changed") / "data", lock_timeout=5, threads=2)
    load(settings, a_delivery(LILLE), a_delivery(PARIS))
    assert build_and_publish(settings).plan.extent is Extent.EVERYTHING
    shutil.copytree(settings.data, settings.data.with_name("before"), ignore=shutil.ignore_patterns("dbt"))
    return settings.data


@pytest.fixture
def settings(built: Path) -> Settings:
    """The same data root as it was then; only what dbt has parsed stays, which would take long to do again."""
    for path in built.iterdir():
        if path.is_dir() and path.name != "dbt":
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    shutil.copytree(built.with_name("before"), built, dirs_exist_ok=True)
    return Settings(data=built, lock_timeout=5, threads=2)


def test_where_nothing_changed_nothing_is_built(settings: Settings) -> None:
    before = settings.snapshot.stat().st_mtime_ns
    assert build_and_publish(settings).plan.extent is Extent.NOTHING
    assert "Nothing changed" in plie("build", "--data", settings.data).output
    assert settings.snapshot.stat().st_mtime_ns == before


def test_a_new_plie_another_coverage_and_a_delta_give_what_a_full_build_gives(
    settings: Settings, tmp_path: Path
) -> None:
    other_years = a_delivery(PARIS, people=6, coverage=("2017-01-01", "2020-12-31"), **later(1))
    delta = a_delta(
        CREATED + timedelta(days=1),
        LILLE,
        participants=[participant(9, LILLE)],
        parcours=[parcours(9, LILLE), parcours(4, LILLE, brsa="non")],
        etapes=[etape(9)],
        sorties=[sortie(9, motif_sortie="ABANDON", type_contrat="")],
        suppressions=[suppression("etapes", "E1"), suppression("sorties", "P1"), suppression("parcours", "P2")],
    )
    load(settings, a_delivery(MARSEILLE, people=3), other_years, delta)
    published = build_and_publish(settings)
    assert published.plan.extent is Extent.CHANGED
    assert published.plan.changed_plie == (MARSEILLE, LILLE, PARIS)
    assert_equal_to_a_full_build(settings, tmp_path / "fresh")


def test_a_plie_without_rows_and_an_erased_person_leave_nothing_behind(settings: Settings, tmp_path: Path) -> None:
    empty, erased = a_delivery(LILLE, people=0, **later(2)), a_delivery(PARIS, people=3, **later(2))
    for delivery in (empty, erased):
        delivery.land(settings)
    for outcome in load_landing(settings):
        if outcome.status == "held":
            release(settings, outcome.file_name, "effacement", "essai")
    assert plan(settings).changed_plie == (LILLE, PARIS)
    build_and_publish(settings)
    with duckdb.connect(str(settings.snapshot), read_only=True) as snapshot:
        counts = snapshot.execute("select plie_id, count(*) from marts.fct_entries group by 1 order by 1").fetchall()
    assert counts == [(PARIS, 3)]
    assert_equal_to_a_full_build(settings, tmp_path / "fresh")


def test_a_refused_delivery_alone_is_in_the_ledger_mart_afterwards(settings: Settings) -> None:
    refused = a_delivery(LILLE, **later(3))
    refused.entries_edits.append(lambda entries: entries.pop("sorties.csv"))
    refused.land(settings)
    assert [outcome.status for outcome in load_landing(settings)] == ["refused"]
    published = build_and_publish(settings)
    assert (published.plan.extent, published.plan.changed_plie) == (Extent.CHANGED, ())
    with duckdb.connect(str(settings.snapshot), read_only=True) as snapshot:
        statuses = snapshot.execute("select status from marts.fct_deliveries order by received_at").fetchall()
    assert statuses[-1] == ("refused",)


def test_after_a_failed_data_test_everything_is_built_again(settings: Settings, tmp_path: Path) -> None:
    load(settings, a_delivery(MARSEILLE, people=7, **later(4)))
    move_step(settings, "NOWHERE")
    with pytest.raises(BuildFailed, match="references_stg_steps"):
        build_and_publish(settings)
    move_step(settings, "P7")
    assert build_and_publish(settings).plan.extent is Extent.EVERYTHING
    assert_equal_to_a_full_build(settings, tmp_path / "fresh")


KILLED = """
import os, sys
from pathlib import Path
from ingestion.settings import Settings
from orchestration.pipeline import build_and_publish

def die(done, total, node):
    if node == "fct_exits":
        os._exit(9)

build_and_publish(Settings(data=Path(sys.argv[1]), threads=2), die)
"""


def test_after_a_killed_build_everything_is_built_again(settings: Settings, tmp_path: Path) -> None:
    load(settings, a_delivery(MARSEILLE, people=4, **later(5)))
    assert plan(settings).extent is Extent.CHANGED
    command = [sys.executable, "-c", KILLED, str(settings.data)]
    assert subprocess.run(command, cwd=PROJECT_ROOT, check=False, capture_output=True).returncode == 9
    assert build_and_publish(settings).plan.extent is Extent.EVERYTHING
    assert_equal_to_a_full_build(settings, tmp_path / "fresh")


@pytest.mark.parametrize(
    "changed",
    [
        "dbt_project/seeds/plie_register.csv",
        "dbt_project/models/marts/fct_exits.sql",
        "dbt_project/macros/calendar.sql",
        "dbt_project.yml",
        "ingestion/contract/v1_0/etapes.schema.json",
    ],
)
def test_another_code_than_that_of_the_last_build_builds_everything(
    changed: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in last_build.CODE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (PROJECT_ROOT / name).is_dir() else shutil.copy
        copy(PROJECT_ROOT / name, tmp_path / name)
    monkeypatch.setattr(last_build, "PROJECT_ROOT", tmp_path)
    assert plan(settings).extent is Extent.NOTHING
    with (tmp_path / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert plan(settings).extent is Extent.EVERYTHING


def test_a_lost_snapshot_is_published_again(settings: Settings) -> None:
    settings.snapshot.unlink()
    assert build_and_publish(settings).plan.extent is Extent.CHANGED
    assert settings.snapshot.exists()


def test_after_dbt_was_run_by_hand_everything_is_built_again(settings: Settings) -> None:
    assert plan(settings).extent is Extent.NOTHING
    assert invoke(settings, ["run", "--select", "int_exit_motives"]).success
    assert plan(settings).extent is Extent.EVERYTHING


def test_a_person_may_ask_for_everything(settings: Settings) -> None:
    with closing(open_warehouse(settings)) as connection:
        assert plan_build(connection, settings, everything=True).extent is Extent.EVERYTHING
    result = plie("build", "--full", "--data", settings.data)
    assert "Built everything" in result.output
