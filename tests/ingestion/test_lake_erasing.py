"""What a lake keeps of former states, and that what was erased is in no file of it after a purge."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta

import duckdb
import pyarrow.parquet as pq
import pytest

from ingestion.lake.nights import NoSuchNight, as_of_night, snapshots_of_nights
from ingestion.lake.retention import tidy
from ingestion.loading.purge import purge
from ingestion.settings import Settings
from ingestion.warehouse import reading, writer_lock, writing
from tests.deliveries import CREATED, PLIE, a_delivery, a_delta, etape, person, suppression
from tests.ingestion.night import NOW, load
from tests.postgres_server import PostgresServer
from tests.warehouse_reading import column, query

pytestmark = pytest.mark.postgres

NIGHTS = 5


def catalog_name(settings: Settings) -> str:
    assert settings.lake_catalog is not None
    words = dict(word.split("=", 1) for word in settings.lake_catalog.get_secret_value().split())
    return words["dbname"]


def as_if_on(settings: Settings, postgres: PostgresServer, night: date) -> None:
    """Dates what was done just now to the early morning of a night, in Paris."""
    postgres.administer(
        f"update ducklake_snapshot set snapshot_time = '{night} 02:00+01'::timestamptz + snapshot_id * interval '1 ms'"
        " where snapshot_time > now() - interval '1 hour'",
        catalog_name(settings),
    )
    postgres.administer(
        f"update ducklake_files_scheduled_for_deletion set schedule_start = '{night} 02:00+01'"
        " where schedule_start > now() - interval '1 hour'",
        catalog_name(settings),
    )


def files(settings: Settings) -> list[str]:
    return sorted(str(path) for path in (settings.data / "lake").rglob("*.parquet"))


@pytest.fixture
def year(lake: Settings, postgres: PostgresServer) -> list[date]:
    """A lake with a night a day: in each one, a PLIE sends a full delivery with one person more."""
    today = datetime.now().date()
    nights = [today - timedelta(days=NIGHTS - number) for number in range(NIGHTS)]
    for number, night in enumerate(nights):
        a_delivery(people=4 + number, created=CREATED + timedelta(hours=number)).land(lake)
        load(lake)
        as_if_on(lake, postgres, night)
    return nights


def n_people(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select count(*) from raw.participants").fetchone()
    assert row is not None
    return int(row[0])


def test_a_night_is_read_as_it_ended(lake: Settings, year: list[date]) -> None:
    for number, night in enumerate(year):
        with as_of_night(lake, night) as connection:
            assert n_people(connection) == 4 + number
            with pytest.raises(duckdb.Error):
                connection.execute("delete from raw.participants")
    with as_of_night(lake, year[-1] + timedelta(days=1)) as connection:
        assert n_people(connection) == 3 + NIGHTS
    with pytest.raises(NoSuchNight, match=f"its nights go from {year[0]}"), as_of_night(lake, date(2020, 1, 1)):
        pass
    with pytest.raises(NoSuchNight), as_of_night(lake, year[-1] + timedelta(days=3)):
        pass


def test_tidying_keeps_the_ends_of_the_last_nights_and_no_more(lake: Settings, year: list[date]) -> None:
    kept = lake.model_copy(update={"lake_nights": 3})
    with writer_lock(lake, "test"):
        done = tidy(kept)
    assert done.n_snapshots > 5
    with reading(lake) as connection:
        assert [night for night in snapshots_of_nights(connection) if night in year] == year[-2:]
        assert n_people(connection) == 3 + NIGHTS
    for number, night in list(enumerate(year))[-2:]:
        with as_of_night(lake, night) as connection:
            assert n_people(connection) == 4 + number
            assert connection.execute("select count(*), bool_and(filed) from raw.deliveries").fetchone() == (
                number + 1, True,
            )  # fmt: skip


def test_nights_do_not_leave_ever_more_files(lake: Settings, postgres: PostgresServer) -> None:
    today = datetime.now().date()
    kept = lake.model_copy(update={"lake_nights": 3})
    a_delivery().land(lake)
    load(lake)
    sizes = []
    for number in range(10):
        night = today - timedelta(days=20 - number)
        a_delta(CREATED + timedelta(hours=1 + number), etapes=[etape(100 + number, of=1)]).land(lake)
        load(lake)
        as_if_on(lake, postgres, night)
        with writer_lock(lake, "test"):
            tidy(kept, now=datetime(night.year, night.month, night.day, 3).astimezone() + timedelta(days=2))
        sizes.append(len(files(lake)))
    assert max(sizes[5:]) <= max(sizes[:5]) + 2, sizes
    assert query(lake, "select count(*) from raw.etapes") == [(14,)]
    assert query(lake, "select count(*), bool_and(filed) from raw.deliveries") == [(11, True)]


def test_a_state_that_a_view_reads_is_kept(lake: Settings, postgres: PostgresServer) -> None:
    a_delivery().land(lake)
    load(lake)
    with writing(lake, "test") as connection:
        (number,) = connection.execute("select id from lake.current_snapshot()").fetchone() or (0,)
        connection.execute("create schema staging")
        connection.execute(
            f'create view staging.people as select * from "lake"."raw"."participants" at (version => {number})'
        )
    a_delivery(people=9, created=CREATED + timedelta(hours=1)).land(lake)
    load(lake)
    as_if_on(lake, postgres, date(2021, 6, 1))
    with writer_lock(lake, "test"):
        tidy(lake)
    purge(lake, 0, "C. Martin", now=lambda: NOW + timedelta(days=1))
    assert query(lake, "select count(*) from staging.people") == [(4,)]
    assert query(lake, "select count(*) from raw.participants") == [(9,)]


@pytest.mark.parametrize("mode", ["full", "delta"])
def test_after_a_purge_an_erased_person_is_in_no_file_and_no_row_of_the_catalog(
    lake: Settings, postgres: PostgresServer, mode: str
) -> None:
    a_delivery(people=10).land(lake)
    a_delivery("PLIE-13-01").land(lake)
    load(lake)
    people = set(column(lake, f"select participant_id from raw.participants where plie_id = '{PLIE}'"))
    gone_from = CREATED + timedelta(hours=1)
    if mode == "full":
        a_delivery(people=9, created=gone_from).land(lake)
    else:
        a_delta(gone_from, suppressions=[suppression("participants", person(10))]).land(lake)
    load(lake)
    left = set(column(lake, f"select participant_id from raw.participants where plie_id = '{PLIE}'"))
    (erased,) = people - left
    assert found(lake, postgres, erased) != []
    purge(lake, 0, "C. Martin", now=lambda: NOW + timedelta(days=1))
    assert found(lake, postgres, erased) == []
    assert found(lake, postgres, min(left)) != []
    assert query(lake, f"select count(*) from raw.participants where participant_id = '{max(left)}'") == [(1,)]
    with reading(lake) as connection:
        assert len(snapshots_of_nights(connection)) == 1


def test_a_purge_destroys_what_a_crash_left(lake: Settings) -> None:
    a_delivery().land(lake)
    load(lake)
    (one, *_) = (path for path in files(lake) if "participants" in path)
    left = one.replace("ducklake-", "ducklake-00000000-")
    shutil.copyfile(one, left)
    purge(lake, 0, "C. Martin", now=lambda: NOW + timedelta(days=1))
    assert left not in files(lake)
    assert query(lake, "select count(*) from raw.participants") == [(4,)]


def found(settings: Settings, postgres: PostgresServer, secret: str) -> list[str]:
    """Where in the files of the lake and in the rows of its catalog a text is."""
    places = [
        path
        for path in files(settings)
        if any(secret in map(str, values) for values in pq.ParquetFile(path).read().to_pydict().values())
    ]
    name = catalog_name(settings)
    tables = postgres.administer("select table_name from information_schema.tables where table_schema = 'public'", name)
    asked = "select 1 from {} as entry where entry::text like '%{}%' limit 1"
    return places + [table for table in tables.split() if postgres.administer(asked.format(table, secret), name)]
