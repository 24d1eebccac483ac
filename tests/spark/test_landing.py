"""Rows of `raw` as Parquet for Spark: only what changed is written, whole, and nobody stays who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.raw_schema import row_tables
from ingestion.settings import Settings
from orchestration.spark.landing import Landed, land_raw
from orchestration.spark.places import landed_raw
from tests.dbt_project import hand_written_rows

N_TABLES = len(row_tables())
N_FILES = (len(hand_written_rows.COVERAGES) + 1) * N_TABLES
"""A file of each PLIE for each table of rows, and the empty one."""


@pytest.fixture
def store(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    settings.data.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        hand_written_rows.write(connection)
        yield connection


def _rows(store: duckdb.DuckDBPyConnection, settings: Settings, table: str) -> list[tuple[object, ...]]:
    return store.execute(f"from read_parquet('{landed_raw(settings) / table}/*.parquet') order by all").fetchall()


def _times(settings: Settings) -> dict[Path, int]:
    return {
        file: file.stat().st_mtime_ns for table in row_tables() for file in (landed_raw(settings) / table).iterdir()
    }


def test_every_table_lands_with_its_rows_and_types(store: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    assert land_raw(store, settings) == Landed(written=N_FILES)
    tables = [
        name for (name,) in store.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()
    ]
    assert {path.name for path in landed_raw(settings).iterdir()} == set(tables)
    for table in tables:
        assert _rows(store, settings, table) == store.execute(f"from raw.{table} order by all").fetchall(), table
        describe = "select column_name, column_type from (describe from {})"
        files = f"read_parquet('{landed_raw(settings) / table}/*.parquet')"
        assert (
            store.execute(describe.format(files)).fetchall()
            == store.execute(describe.format(f"raw.{table}")).fetchall()
        )


def test_only_a_plie_that_was_loaded_again_is_written_again(
    store: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    land_raw(store, settings)
    before = _times(settings)
    assert land_raw(store, settings) == Landed(kept=N_FILES)
    store.execute("update raw.loaded_plie set load_number = load_number + 1 where plie_id = 'PLIE-38-01'")
    store.execute("delete from raw.sorties where plie_id = 'PLIE-38-01'")
    assert land_raw(store, settings) == Landed(written=N_TABLES, kept=N_FILES - N_TABLES)
    changed = {file.name for file, time in _times(settings).items() if time != before[file]}
    assert changed == {"PLIE-38-01.parquet"}
    assert _rows(store, settings, "sorties") == store.execute("from raw.sorties order by all").fetchall()


def test_a_delivery_in_place_of_another_is_written_even_under_the_same_number(
    store: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    land_raw(store, settings)
    store.execute("update raw.loaded_plie set delivery_id = 'another' where plie_id = 'PLIE-26-01'")
    assert land_raw(store, settings).written == N_TABLES


def test_a_plie_that_has_gone_and_an_erased_person_leave_no_byte(
    store: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    store.execute("update raw.participants set participant_id = 'erased-person' where plie_id = 'PLIE-21-01'")
    land_raw(store, settings)
    assert _holds(settings, b"erased-person")
    for table in ("loaded_plie", *row_tables()):
        store.execute(f"delete from raw.{table} where plie_id = 'PLIE-21-01'")
    assert land_raw(store, settings).removed == N_TABLES
    assert not _holds(settings, b"erased-person")
    assert not list(landed_raw(settings).rglob("PLIE-21-01*"))


def _holds(settings: Settings, text: bytes) -> bool:
    with duckdb.connect() as connection:
        return any(
            text.decode() in str(connection.execute(f"from read_parquet('{file}')").fetchall())
            for file in landed_raw(settings).rglob("*.parquet")
        )


def test_a_crash_leaves_each_file_old_or_new_and_the_next_landing_ends_it(
    store: duckdb.DuckDBPyConnection, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    land_raw(store, settings)
    store.execute("update raw.loaded_plie set load_number = load_number + 1")
    store.execute("delete from raw.parcours where parcours_id = 'p1'")
    replace, renamed = Path.replace, []

    def dies_at_the_third(self: Path, target: Path) -> Path:
        if len(renamed) == 2:
            raise KeyboardInterrupt
        renamed.append(target)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        land_raw(store, settings)
    for file in landed_raw(settings).rglob("*.parquet"):
        if not file.name.startswith("."):
            store.execute(f"from read_parquet('{file}')").fetchall()
    monkeypatch.undo()
    land_raw(store, settings)
    assert not list(landed_raw(settings).rglob(".*.part"))
    for table in row_tables():
        assert _rows(store, settings, table) == store.execute(f"from raw.{table} order by all").fetchall()


def test_a_new_column_makes_every_file_anew(store: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    land_raw(store, settings)
    store.execute("alter table raw.parcours add column of_a_later_contract varchar")
    assert land_raw(store, settings).written == len(hand_written_rows.COVERAGES) + 1
    assert _rows(store, settings, "parcours") == store.execute("from raw.parcours order by all").fetchall()


def test_an_empty_store_lands_tables_with_columns(settings: Settings) -> None:
    from ingestion.raw_schema import create_raw_schema

    settings.data.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse)) as store:
        create_raw_schema(store)
        assert land_raw(store, settings) == Landed(written=N_TABLES)
        assert _rows(store, settings, "parcours") == []
