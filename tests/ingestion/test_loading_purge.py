"""Erasure: a person absent from the next full delivery leaves the warehouse, its file and, in time, the archive."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.loading import compaction
from ingestion.loading.intake import load_landing
from ingestion.loading.purge import purge
from ingestion.settings import Settings
from ingestion.warehouse import writing
from tests.deliveries import CREATED, PLIE, Delivery, a_delivery, a_delta, etape, person, suppression
from tests.warehouse_reading import column, counts, files, query

NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)
OTHER = "PLIE-13-01"
KEY = "k" * 32
TEN = hmac.new(KEY.encode(), person(10).encode(), "sha256").hexdigest()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", threads=2, pseudonym_key=SecretStr(KEY))


def load(settings: Settings, delivery: Delivery, now: datetime) -> Path:
    path = delivery.land(settings)
    load_landing(settings, now=lambda: now)
    return path


def without_person_10(created: datetime) -> Delivery:
    return a_delivery(people=9, created=created)


def test_a_person_absent_from_the_next_full_delivery_leaves_raw(settings: Settings) -> None:
    load(settings, a_delivery(people=10), NOW)
    assert TEN in column(settings, "select participant_id from raw.participants")
    load(settings, without_person_10(CREATED + timedelta(hours=1)), NOW)
    for table in ("participants", "parcours"):
        assert TEN not in column(settings, f"select participant_id from raw.{table}")
    assert counts(settings, PLIE) == {"participants": 9, "parcours": 9, "etapes": 9, "sorties": 5}


def test_a_deleted_row_stays_in_the_file_until_it_is_written_anew(settings: Settings) -> None:
    # Uncompressed, so that the bytes can be found.
    with writing(settings, "test") as connection:
        connection.execute("pragma force_compression = 'uncompressed'")
        connection.execute("create table people as select 'person number ' || i as name from range(1000) as r(i)")
    with writing(settings, "test") as connection:
        connection.execute("delete from people where name = 'person number 777'")
        connection.execute("force checkpoint")
    assert b"person number 777" in settings.warehouse.read_bytes()
    compaction.compact(settings)
    assert b"person number 777" not in settings.warehouse.read_bytes()
    assert query(settings, "select count(*) from people") == [(999,)]


def test_writing_the_file_anew_keeps_tables_views_keys_and_rows(settings: Settings) -> None:
    load(settings, a_delivery(), NOW)
    with writing(settings, "test") as connection:
        connection.execute("create schema staging")
        connection.execute('create view staging.steps as select * from "warehouse"."raw"."etapes"')
    inventory = (
        "select schema_name, table_name, column_name, data_type, is_nullable from duckdb_columns() order by all",
        "select table_name, constraint_text from duckdb_constraints() order by all",
        "from raw.etapes order by all",
        "select * exclude (filed) from raw.deliveries",
    )
    before = [query(settings, sql) for sql in inventory]
    compaction.compact(settings)
    assert [query(settings, sql) for sql in inventory] == before
    assert query(settings, "select count(*) from staging.steps") == [(4,)]
    assert sorted(path.name for path in settings.data.iterdir() if "warehouse" in path.name) == [
        "warehouse.duckdb", "warehouse.lock",
    ]  # fmt: skip


def test_a_copy_that_fails_leaves_the_warehouse_as_it_was(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    load(settings, a_delivery(), NOW)
    content = settings.warehouse.read_bytes()

    def fails(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compaction.os, "fsync", fails)
    with pytest.raises(OSError, match="No space left"):
        compaction.compact(settings)
    assert settings.warehouse.read_bytes() == content
    assert not list(settings.data.glob(".warehouse*"))


def test_older_deliveries_are_purged_and_logged_but_not_what_is_loaded_now(settings: Settings) -> None:
    old = load(settings, a_delivery(people=10), NOW)
    refused = load(settings, a_delivery(OTHER, coverage=("2021-01-01", "2020-01-01")), NOW)
    full = load(settings, without_person_10(CREATED + timedelta(hours=1)), NOW)
    delta = load(settings, a_delta(CREATED + timedelta(hours=2), etapes=[etape(20, of=1)]), NOW)
    (settings.archive / PLIE / "unknown.zip").write_bytes(b"not ours")
    purged = purge(settings, 30, "C. Martin", now=lambda: NOW + timedelta(days=31))
    assert [entry.file for entry in purged] == [f"archive/{PLIE}/{old.name}", f"quarantine/{OTHER}/{refused.name}"]
    assert files(settings, "archive", "quarantine") == [
        f"archive/{PLIE}/{full.name}", f"archive/{PLIE}/{delta.name}", f"archive/{PLIE}/unknown.zip",
    ]  # fmt: skip
    assert query(settings, "select file, purged_at, purged_by, older_than_days from raw.purges order by file") == [
        (entry.file, (NOW + timedelta(days=31)).replace(tzinfo=None), "C. Martin", 30) for entry in purged
    ]
    assert len(column(settings, "select delivery_id from raw.deliveries")) == 4
    assert purge(settings, 30, "C. Martin", now=lambda: NOW + timedelta(days=32)) == []


def test_a_delivery_within_the_retention_is_kept(settings: Settings) -> None:
    load(settings, a_delivery(people=10), NOW)
    load(settings, without_person_10(CREATED + timedelta(hours=1)), NOW)
    assert purge(settings, 30, "C. Martin", now=lambda: NOW + timedelta(days=30)) == []
    assert len(files(settings, "archive")) == 2


def test_after_a_purge_the_erased_person_is_in_no_byte_below_the_data_root(settings: Settings) -> None:
    load(settings, a_delivery(people=10), NOW)
    load(settings, without_person_10(CREATED + timedelta(hours=1)), NOW)
    purge(settings, 0, "C. Martin", now=lambda: NOW + timedelta(days=1))
    assert len(files(settings, "archive")) == 1
    for path in settings.data.rglob("*"):
        assert not path.is_file() or not any(secret in path.read_bytes() for secret in (TEN.encode(), b"P10"))


def test_a_purge_that_was_interrupted_logs_what_it_destroyed(settings: Settings) -> None:
    old = load(settings, a_delivery(people=10), NOW)
    load(settings, without_person_10(CREATED + timedelta(hours=1)), NOW)
    (settings.archive / PLIE / old.name).unlink()
    purged = purge(settings, 30, "C. Martin", now=lambda: NOW + timedelta(days=31))
    assert [entry.file for entry in purged] == [f"archive/{PLIE}/{old.name}"]
    assert column(settings, "select file from raw.purges") == [f"archive/{PLIE}/{old.name}"]


def test_removing_a_participant_by_a_delta_erases_too(settings: Settings) -> None:
    load(settings, a_delivery(people=10), NOW)
    load(settings, a_delta(CREATED + timedelta(hours=1), suppressions=[suppression("participants", person(10))]), NOW)
    for table in ("participants", "parcours"):
        assert TEN not in column(settings, f"select participant_id from raw.{table}")


def test_a_negative_retention_makes_no_sense(settings: Settings) -> None:
    with pytest.raises(ValueError, match="negative"):
        purge(settings, -1, "C. Martin")
