"""Who waits for whom on a lake: the work of the house one at a time, loads of one PLIE one at a time, nothing else."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator

import duckdb
import pytest

from ingestion.lake.locks import held, plie_lock
from ingestion.loading.ledger import AlreadyKnown, entries_where, record
from ingestion.loading.standing import LoadedPlie
from ingestion.settings import Settings
from ingestion.table_definitions import KeyBroken, without_keys
from ingestion.transaction import transaction
from ingestion.warehouse import WarehouseBusy, reading, writer_lock, writing
from tests.deliveries import PLIE, a_delivery
from tests.ingestion.lake_processes import script
from tests.ingestion.night import NOW, OTHER, load, statuses
from tests.warehouse_reading import query

pytestmark = pytest.mark.postgres

HOLDER = """
import sys
from pathlib import Path
from ingestion.lake.locks import held
from ingestion.settings import Settings
with held(Settings(data=Path(sys.argv[1])), sys.argv[3:], sys.argv[2]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def holder(settings: Settings, task: str, *names: str) -> subprocess.Popen[str]:
    process = script(settings, HOLDER, task, *names)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.fixture
def house(lake: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process that does work of the whole house until it is sent a line."""
    process = holder(lake, "plie build", "house")
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def loader(lake: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process that loads something of a PLIE until it is sent a line."""
    process = holder(lake, "loading deliveries", plie_lock(PLIE))
    yield process
    process.kill()
    process.wait()


def test_work_of_the_house_names_who_does_it_already(lake: Settings, house: subprocess.Popen[str]) -> None:
    waited: list[str] = []
    said = rf"plie build \(process {house.pid} on .*, since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)"
    with (
        pytest.raises(WarehouseBusy, match=said),
        writer_lock(lake.model_copy(update={"lock_timeout": 0.2}), "consolidating 2021", waited.append),
    ):
        pytest.fail("two do the work of the house")
    assert len(waited) == 1


def test_loads_and_readers_go_on_during_the_work_of_the_house(lake: Settings, house: subprocess.Popen[str]) -> None:
    a_delivery().land(lake)
    assert statuses(load(lake)) == ["accepted"]
    assert query(lake, "select count(*) from raw.participants") == [(4,)]
    assert house.poll() is None


def test_work_of_the_house_goes_on_when_the_other_is_killed(lake: Settings, house: subprocess.Popen[str]) -> None:
    threading.Timer(0.5, house.kill).start()
    with writing(lake, "consolidating 2021") as connection:
        assert connection.execute("select count(*) from raw.deliveries").fetchone() == (0,)


def test_a_load_takes_those_who_are_free_and_says_who_keeps_the_other(
    lake: Settings, loader: subprocess.Popen[str]
) -> None:
    path = a_delivery().land(lake)
    a_delivery(OTHER).land(lake)
    outcomes = load(lake.model_copy(update={"lock_timeout": 0.2}))
    assert [(outcome.plie_id, outcome.status) for outcome in outcomes] == [(OTHER, "accepted"), (PLIE, "error")]
    assert f"loading deliveries (process {loader.pid} on" in outcomes[1].message
    assert path.exists()


def test_a_load_waits_for_the_one_that_keeps_its_plie(lake: Settings, loader: subprocess.Popen[str]) -> None:
    a_delivery().land(lake)
    threading.Timer(0.5, loader.kill).start()
    assert statuses(load(lake, PLIE)) == ["accepted"]


def test_locks_of_several_plie_are_taken_in_one_order(lake: Settings) -> None:
    """Two who want the same two, named the other way round, never wait in a circle."""
    done: list[int] = []

    def take(names: list[str]) -> None:
        for _ in range(20):
            with held(lake, names, "test"):
                done.append(1)

    names = [plie_lock(PLIE), plie_lock(OTHER)]
    threads = [threading.Thread(target=take, args=(order,)) for order in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(done) == 40


def test_a_second_row_of_one_key_is_not_committed(lake: Settings) -> None:
    a_delivery().land(lake)
    load(lake)
    loaded = LoadedPlie(PLIE, "twice", 2, NOW.replace(tzinfo=None), NOW.date(), NOW.date())
    with writing(lake, "test") as connection:
        with pytest.raises(KeyBroken, match="loaded_plie"), transaction(connection, lake, "a mistake"):
            connection.execute("insert into raw.loaded_plie values (?, ?, ?, ?, ?, ?)", list(vars(loaded).values()))
        (entry,) = entries_where(connection, "true")
        with pytest.raises(AlreadyKnown), transaction(connection, lake, "a mistake"):
            record(connection, [entry])
    assert query(lake, "select count(*) from raw.loaded_plie") == [(1,)]
    assert query(lake, "select count(*) from raw.deliveries") == [(1,)]


def test_tables_of_a_lake_have_no_keys_but_what_may_not_be_null(lake: Settings) -> None:
    assert without_keys("create table t (a varchar primary key, b integer not null, primary key (a, b))") == (
        "create table t (a varchar not null, b integer not null)"
    )
    with writing(lake, "test") as connection, pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
        connection.execute("insert into raw.loaded_plie (plie_id) values ('PLIE-59-06')")


def test_every_commit_of_a_load_says_what_was_done_and_names_no_person(lake: Settings) -> None:
    a_delivery().land(lake)
    load(lake)
    with reading(lake) as connection:
        said = connection.execute(
            "select author, commit_message from ducklake_snapshots('lake') where author is not null order by all"
        ).fetchall()
    assert said == [
        ("plie", "filed 1 deliveries"),
        ("plie", f"loaded {PLIE}"),
        ("plie", "noted which key identifiers are made with"),
    ]
