"""The published snapshot: complete, without pseudonyms, and swapped under readers without disturbing them."""

from pathlib import Path

import duckdb
import pytest

from consolidation.snapshot import publish_snapshot
from ingestion.settings import Settings

PSEUDONYM = "a" * 64


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def warehouse(settings: Settings) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(settings.warehouse))
    connection.execute("create schema marts")
    connection.execute(
        "create table marts.fct_entries as select 'PLIE-59-06' as plie_id, 'P-1' as parcours_id,"
        f" '{PSEUDONYM}' as participant_id, 30 as age_at_entry, 2 as line"
        f" union all select 'PLIE-59-06', 'P-2', '{PSEUDONYM}', 41, 3"
        f" union all select 'PLIE-75-01', 'P-1', '{PSEUDONYM}', 52, 2"
    )
    connection.execute(
        "create table marts.fct_exits as select 'PLIE-59-06' as plie_id, 'P-2' as parcours_id, 'CDI' as contract_type"
    )
    connection.execute("comment on column marts.fct_entries.age_at_entry is 'Age in ''full'' years'")
    return connection


def read(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.snapshot), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_every_mart_is_there_with_its_rows(warehouse: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    publish_snapshot(warehouse, settings)
    assert read(settings, "select count(*) from marts.fct_entries") == [(3,)]
    assert read(settings, "select contract_type from marts.fct_exits") == [("CDI",)]


def test_no_pseudonym_is_anywhere_in_the_file(warehouse: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    content = publish_snapshot(warehouse, settings).read_bytes()
    assert PSEUDONYM.encode() not in content
    assert b"P-1" not in content


def test_new_numbers_keep_who_is_who_within_one_snapshot(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    publish_snapshot(warehouse, settings)
    persons = read(
        settings, "select plie_id, count(distinct participant_id) from marts.fct_entries group by 1 order by 1"
    )
    assert persons == [("PLIE-59-06", 1), ("PLIE-75-01", 1)]
    assert read(settings, "select count(distinct participant_id) from marts.fct_entries") == [(2,)]
    joined = read(
        settings,
        "select e.age_at_entry from marts.fct_exits as x join marts.fct_entries as e using (plie_id, parcours_id)",
    )
    assert joined == [(41,)]


def test_two_snapshots_number_the_same_persons_otherwise_and_no_number_is_that_of_another_identifier(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    warehouse.execute("create table marts.fct_participant_steps as select 'PLIE-59-06' as plie_id, 'P-1' as step_id")
    warehouse.execute("insert into marts.fct_entries values ('PLIE-59-06', null, null, 30, 9)")
    numbers = """
        select parcours_id from marts.fct_entries union all select participant_id from marts.fct_entries
        union all select step_id from marts.fct_participant_steps
        """
    published = []
    for _ in range(2):
        publish_snapshot(warehouse, settings)
        published.append([number for (number,) in read(settings, numbers)])
    first, second = ({number for number in numbers if number is not None} for numbers in published)
    assert len(first) == len(second) == 6
    assert first.isdisjoint(second)
    assert [numbers.count(None) for numbers in published] == [2, 2]


def test_nothing_says_from_which_line_a_row_comes(warehouse: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    publish_snapshot(warehouse, settings)
    assert read(settings, "select column_name from duckdb_columns() where column_name = 'line'") == []


def test_column_comments_travel_with_the_snapshot(warehouse: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    publish_snapshot(warehouse, settings)
    comments = read(
        settings, "select comment from duckdb_columns() where column_name = 'age_at_entry' and comment is not null"
    )
    assert comments == [("Age in 'full' years",)]


def test_a_reader_keeps_its_snapshot_while_the_next_one_is_put_in_place(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    publish_snapshot(warehouse, settings)
    with duckdb.connect(str(settings.snapshot), read_only=True) as reader:
        warehouse.execute("delete from marts.fct_entries")
        publish_snapshot(warehouse, settings)
        assert reader.execute("select count(*) from marts.fct_entries").fetchall() == [(3,)]
    assert read(settings, "select count(*) from marts.fct_entries") == [(0,)]


def test_the_snapshot_is_readable_by_its_owner_alone(warehouse: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    assert publish_snapshot(warehouse, settings).stat().st_mode & 0o077 == 0


def test_a_warehouse_without_marts_says_what_to_do(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse)) as empty, pytest.raises(ValueError, match="plie build"):
        publish_snapshot(empty, settings)
