"""A load killed at any instant loses nothing: the next ends with the same warehouse, ledger and acknowledgements."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse import reading
from tests.deliveries import CREATED, PLIE, a_delivery, a_delta, etape
from tests.ingestion import interrupted_load
from tests.warehouse_reading import files, query

LATER = CREATED + timedelta(hours=1)
TABLES = (
    "participants", "parcours", "etapes", "sorties", "deliveries", "delivery_resources", "findings", "loaded_plie",
    "warehouse_facts",
)  # fmt: skip
ROOMS = ("landing", "outbox", "archive", "quarantine")

POINTS = [
    ("ingestion.loading.group", "check_rows", "after", 1),
    ("ingestion.loading.group", "apply", "after", 1),
    ("ingestion.loading.group", "record", "after", 1),
    ("ingestion.loading.group", "write_aside", "after", 2),
    ("ingestion.loading.intake", "load_group", "after", 1),
    ("ingestion.loading.intake", "load_group", "after", 2),
    ("ingestion.loading.filing", "_flush_folder", "before", 1),
    ("ingestion.loading.filing", "_move", "before", 2),
    ("ingestion.loading.filing", "_move", "after", 1),
    ("ingestion.loading.intake", "mark_filed", "before", 1),
    ("ingestion.loading.intake", "mark_filed", "after", 2),
]


def land_everything(settings: Settings) -> None:
    """Something of every kind: loaded in turn, with rejects, refused and kept, refused and destroyed, stale, twice."""
    a_delivery().land(settings)
    a_delta(LATER, etapes=[etape(9, of=1)]).land(settings)
    a_delivery("PLIE-13-01").set("etapes", 3, "heures", "x").land(settings)
    a_delivery("PLIE-38-02", coverage=("2021-01-01", "2020-01-01")).land(settings)
    a_delivery("PLIE-38-03").land(settings).write_bytes(b"no zip")
    a_delivery("PLIE-974-01").land(settings)
    a_delivery("PLIE-974-01").land(settings, "PLIE-974-01_20211231T230000Z.zip")


def start(settings: Settings, *point: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, interrupted_load.__file__, str(settings.data), *map(str, point)], cwd=PROJECT_ROOT
    )


def load(settings: Settings) -> None:
    interrupted_load.main(str(settings.data))


def state(settings: Settings) -> dict[str, object]:
    """Everything that a load leaves: rows of every table, and names and bytes of every file but the warehouse's own."""
    with reading(settings) as connection:
        rows = {table: connection.execute(f"from raw.{table} order by all").fetchall() for table in TABLES}
    return {**rows, **{name: (settings.data / name).read_bytes() for name in files(settings, *ROOMS)}}


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("landed"))
    land_everything(settings)
    return settings


@pytest.fixture(scope="module")
def undisturbed(landed: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    settings = copied(landed, tmp_path_factory.mktemp("undisturbed"))
    load(settings)
    return state(settings)


def copied(settings: Settings, folder: Path) -> Settings:
    shutil.copytree(settings.data, folder, dirs_exist_ok=True)
    return Settings(data=folder)


def test_what_is_loaded_undisturbed_is_of_every_kind(undisturbed: dict[str, object]) -> None:
    statuses = sorted(row[6] for row in undisturbed["deliveries"])  # type: ignore[attr-defined]
    assert statuses == ["accepted", "accepted", "accepted", "accepted_with_rejects", "duplicate", "refused", "refused"]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"{when_in_words(point)}")
def test_a_load_killed_at_a_point_is_finished_by_the_next(
    landed: Settings, undisturbed: dict[str, object], tmp_path: Path, point: tuple[str, str, str, int]
) -> None:
    settings = copied(landed, tmp_path)
    assert start(settings, *point).wait(60) == -signal.SIGKILL
    load(settings)
    assert state(settings) == undisturbed


def when_in_words(point: tuple[str, str, str, int]) -> str:
    _, function, when, call = point
    return f"{when} {function} {call}"


def test_a_repair_that_is_killed_is_repaired(landed: Settings, undisturbed: dict[str, object], tmp_path: Path) -> None:
    settings = copied(landed, tmp_path)
    assert start(settings, "ingestion.loading.intake", "load_group", "after", 1).wait(60) == -signal.SIGKILL
    for function, when in (("file_away", "after"), ("mark_filed", "before")):
        assert start(settings, "ingestion.loading.repair", function, when, 1).wait(60) == -signal.SIGKILL
    load(settings)
    assert state(settings) == undisturbed


def test_a_load_killed_at_random_instants_is_finished_by_the_next(
    landed: Settings, undisturbed: dict[str, object], tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    started = time.monotonic()
    assert start(copied(landed, tmp_path / "timed")).wait(60) == 0
    whole = time.monotonic() - started
    for attempt in range(pytestconfig.getoption("kills")):
        settings = copied(landed, tmp_path / str(attempt))
        process = start(settings)
        time.sleep(random.uniform(0.3, 1) * whole)
        process.kill()
        process.wait(60)
        load(settings)
        assert state(settings) == undisturbed, f"attempt {attempt}"


def test_a_delivery_that_its_sender_replaced_after_the_crash_is_taken_in_by_itself(
    landed: Settings, tmp_path: Path
) -> None:
    settings = copied(landed, tmp_path)
    start(settings, "ingestion.loading.intake", "load_group", "after", 2).wait(60)
    replacing = a_delivery(created=CREATED, people=7)
    path = replacing.land(settings)
    load(settings)
    statuses = query(settings, f"select status, kept_as from raw.deliveries where plie_id = '{PLIE}' order by rowid")
    assert [status for status, _ in statuses] == ["accepted", "accepted", "stale"]
    assert (settings.archive / PLIE / statuses[2][1]).read_bytes() == replacing.zipped()
    assert not path.exists()
