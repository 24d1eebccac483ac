"""A load of a lake that is killed is finished by the next; a load that lives is left alone by every other."""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest

from ingestion.settings import Settings
from tests.deliveries import PLIE, a_delivery
from tests.ingestion import interrupted_load
from tests.ingestion.lake_processes import script, start
from tests.ingestion.test_lake_erasing import catalog_name
from tests.ingestion.test_loading_crash import POINTS, land_everything, state, when_in_words
from tests.postgres_server import PostgresServer
from tests.warehouse_reading import query

pytestmark = pytest.mark.postgres

PAUSED = """
import sys
from pathlib import Path
from tests.ingestion import interrupted_load
import ingestion.loading.intake as intake

load_group = intake.load_group

def load_and_wait(*arguments):
    entries = load_group(*arguments)
    print("recorded", flush=True)
    sys.stdin.readline()
    return entries

intake.load_group = load_and_wait
interrupted_load.main(sys.argv[1])
"""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    settings = Settings(data=tmp_path_factory.mktemp("undisturbed"))
    land_everything(settings)
    interrupted_load.main(str(settings.data))
    return state(settings)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"{when_in_words(point)}")
def test_a_load_killed_at_a_point_is_finished_by_the_next(
    lake: Settings, undisturbed: dict[str, object], point: tuple[str, str, str, int]
) -> None:
    land_everything(lake)
    assert start(lake, *point).wait(60) == -signal.SIGKILL
    load(lake)
    assert state(lake) == undisturbed


def test_a_delivery_that_a_living_process_is_filing_is_touched_by_nobody_else(lake: Settings) -> None:
    path = a_delivery().land(lake)
    first = script(lake, PAUSED)
    assert first.stdout is not None
    assert first.stdin is not None
    assert "recorded\n" in iter(first.stdout.readline, "")
    a_delivery("PLIE-13-01").land(lake)
    load(lake.model_copy(update={"lock_timeout": 0.2}))
    assert query(lake, "select plie_id, filed from raw.deliveries order by plie_id") == [
        ("PLIE-13-01", True), (PLIE, False),
    ]  # fmt: skip
    assert path.exists()
    assert not list((lake.outbox / PLIE).glob("*.json"))
    first.communicate("\n", timeout=60)
    assert first.returncode == 0
    assert not path.exists()
    assert query(lake, "select bool_and(filed), count(*) from raw.deliveries") == [(True, 2)]


def test_a_load_whose_session_was_cut_off_commits_nothing_and_the_next_one_does(
    lake: Settings, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.loading import group

    a_delivery().land(lake)
    record = group.record
    cut: list[str] = []

    def cut_off(*arguments: Any) -> None:
        record(*arguments)
        if not cut:
            cut.append(
                postgres.administer(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    f" where application_name like 'loading deliveries%' and datname = '{catalog_name(lake)}'"
                )
            )

    monkeypatch.setattr(group, "record", cut_off)
    (outcome,) = load(lake)
    assert cut == ["1"]
    assert outcome.status == "error"
    assert "cut off" in outcome.message
    assert query(lake, "select count(*) from raw.deliveries") == [(0,)]
    assert [outcome.status for outcome in load(lake)] == ["accepted"]


def test_a_conflicting_commit_is_done_again_as_a_whole(lake: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingestion.loading import group
    from ingestion.warehouse import open_warehouse

    a_delivery().land(lake)
    record = group.record
    attempts: list[float] = []

    def met(*arguments: Any) -> None:
        record(*arguments)
        attempts.append(time.monotonic())
        if len(attempts) < 3:  # somebody who does not ask for the lock: a person at a prompt, for instance
            with open_warehouse(lake) as other:
                other.execute("insert into raw.participants (plie_id) values ('PLIE-75-01')")
                other.execute("delete from raw.participants where plie_id = 'PLIE-75-01'")
        arguments[0].execute("delete from raw.participants where plie_id = 'PLIE-75-01'")

    monkeypatch.setattr(group, "record", met)
    assert [outcome.status for outcome in load(lake)] == ["accepted"]
    assert len(attempts) == 3
    assert query(lake, "select count(*) from raw.participants") == [(4,)]
    assert len(list((lake.outbox / PLIE).iterdir())) == 2


def test_a_conflict_that_does_not_end_leaves_the_delivery_in_landing(
    lake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.loading import group, intake
    from ingestion.loading.ledger import AlreadyKnown

    path = a_delivery().land(lake)
    monkeypatch.setattr(intake, "_BACKOFF", 0.01)

    def known(*_: object) -> None:
        raise AlreadyKnown("A delivery of this id is in the ledger already.")

    monkeypatch.setattr(group, "record", known)
    assert [outcome.status for outcome in load(lake)] == ["error"]
    assert path.exists()
    assert query(lake, "select count(*) from raw.participants") == [(0,)]
    assert not list(lake.outbox.rglob("*.json"))


def load(settings: Settings) -> Any:
    from pydantic import SecretStr

    from ingestion.loading.intake import load_landing

    key = SecretStr(interrupted_load.KEY)
    return load_landing(settings.model_copy(update={"pseudonym_key": key}), now=lambda: interrupted_load.NOW)
