"""Opening a lake: made once however many come first, and clear words without a password when it cannot be opened."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from ingestion.lake import catalog, extensions
from ingestion.lake.attaching import attach_lake
from ingestion.lake.errors import LakeUnavailable
from ingestion.settings import Settings
from ingestion.warehouse import exists, open_warehouse, reading, writing
from tests.deliveries import a_delivery
from tests.ingestion.lake_processes import script
from tests.ingestion.night import LATER, load, statuses
from tests.ingestion.test_lake_erasing import catalog_name
from tests.postgres_server import PASSWORD, PostgresServer
from tests.warehouse_reading import query

pytestmark = pytest.mark.postgres

FIRST = """
import sys
from pathlib import Path
from ingestion.settings import Settings
from ingestion.warehouse import open_warehouse, prepare_raw
settings = Settings(data=Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
with open_warehouse(settings) as connection:
    prepare_raw(connection, settings)
    print(*connection.execute("select count(*) from duckdb_tables() where schema_name = 'raw'").fetchone(), flush=True)
"""


def test_eight_processes_that_come_first_make_one_lake(lake: Settings) -> None:
    processes = [script(lake, FIRST) for _ in range(8)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in processes] == ["16\n"] * 8
    assert [process.returncode for process in processes] == [0] * 8
    with reading(lake) as connection:
        made = connection.execute("select count(*) from ducklake_snapshots('lake')").fetchone()
    assert made == (2,)


def test_a_lake_that_nobody_made_cannot_be_read(lake: Settings) -> None:
    assert not exists(lake)
    with pytest.raises(FileNotFoundError, match="plie load"), reading(lake):
        pass
    assert not exists(lake)


def test_a_reader_cannot_write(lake: Settings) -> None:
    open_warehouse(lake).close()
    with reading(lake) as connection, pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("insert into raw.warehouse_facts values ('a', 'b')")


def test_what_a_reader_sees_does_not_change_while_it_reads(lake: Settings) -> None:
    a_delivery().land(lake)
    load(lake)
    with reading(lake) as connection:
        a_delivery(people=6, created=LATER).land(lake)
        load(lake)
        assert connection.execute("select count(*) from raw.participants").fetchone() == (4,)
        assert connection.execute("select count(*) from raw.deliveries").fetchone() == (1,)
    assert query(lake, "select count(*) from raw.participants") == [(6,)]


def test_a_table_that_a_newer_contract_adds_to_is_widened(lake: Settings, postgres: PostgresServer) -> None:
    with writing(lake, "test") as connection:
        connection.execute("alter table raw.etapes drop column heures")
    with writing(lake, "test") as connection:
        names = {row[0] for row in connection.execute("describe raw.etapes").fetchall()}
    assert "heures" in names


@pytest.mark.parametrize(
    ("changed", "advice"),
    [
        ("dbname=nowhere", "createdb"),
        ("password=wrong-word", "user and password"),
        ("port=1", "Is PostgreSQL running"),
    ],
)
def test_a_catalog_that_cannot_be_opened_is_told_with_what_to_do(lake: Settings, changed: str, advice: str) -> None:
    assert lake.lake_catalog is not None
    words = f"{lake.lake_catalog.get_secret_value()} {changed}"
    for open_it in (open_warehouse, lambda settings: attach_lake(duckdb.connect(), settings)):
        with pytest.raises(LakeUnavailable, match=advice) as told:
            open_it(lake.model_copy(update={"lake_catalog": SecretStr(words)}))
        assert PASSWORD not in str(told.value)
        assert "wrong-word" not in str(told.value)


def test_the_password_is_nowhere_to_be_read_in_a_connection(lake: Settings) -> None:
    with open_warehouse(lake) as connection:
        for function in ("duckdb_databases", "duckdb_secrets", "duckdb_settings"):
            assert PASSWORD not in str(connection.execute(f"from {function}()").fetchall())
        with pytest.raises(duckdb.Error) as told:
            connection.execute("select * from raw.nothing")
    assert PASSWORD not in str(told.value)


def test_words_that_are_no_connection_string_are_not_repeated(lake: Settings) -> None:
    with pytest.raises(LakeUnavailable, match="PLIE_LAKE_CATALOG is no connection string") as told:
        open_warehouse(lake.model_copy(update={"lake_catalog": SecretStr("password = 'le secret")}))
    assert "le secret" not in str(told.value)
    with pytest.raises(LakeUnavailable, match="needs PLIE_LAKE_CATALOG"):
        open_warehouse(lake.model_copy(update={"lake_catalog": None}))


def test_another_version_or_place_is_told(lake: Settings, postgres: PostgresServer, tmp_path: Path) -> None:
    open_warehouse(lake).close()
    with pytest.raises(LakeUnavailable, match="PLIE_LAKE_PATH"):
        open_warehouse(lake.model_copy(update={"lake_path": str(tmp_path / "elsewhere")}))
    postgres.administer("update ducklake_metadata set value = '9.9' where key = 'version'", catalog_name(lake))
    with pytest.raises(LakeUnavailable, match="another version of DuckLake"):
        open_warehouse(lake)


def test_a_server_that_does_not_answer_in_english_is_refused(lake: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "_ENGLISH", ("fr",))  # this machine may have no other language for PostgreSQL to speak
    with pytest.raises(LakeUnavailable, match="set lc_messages = 'C'"):
        open_warehouse(lake)


def test_a_role_that_may_only_read_opens_a_lake_and_changes_nothing(lake: Settings, postgres: PostgresServer) -> None:
    open_warehouse(lake).close()
    name = catalog_name(lake)
    postgres.administer(
        f"create role {name}_reader login password '{PASSWORD}';"
        f" grant select on all tables in schema public to {name}_reader",
        name,
    )
    reader = lake.model_copy(update={"lake_catalog": SecretStr(postgres.catalog(name, role=f"{name}_reader"))})
    with reading(reader) as connection:
        assert connection.execute("select count(*) from raw.deliveries").fetchone() == (0,)
    with pytest.raises((duckdb.Error, LakeUnavailable)), writing(reader, "test") as connection:
        connection.execute("insert into raw.warehouse_facts values ('a', 'b')")


def test_a_group_that_is_not_installed_is_named(lake: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions, "find_spec", lambda name: None)
    with pytest.raises(LakeUnavailable, match="uv sync --group ducklake"):
        open_warehouse(lake)


def test_a_lake_can_be_encrypted_file_by_file(lake: Settings) -> None:
    a_delivery().land(lake)
    assert statuses(load(lake.model_copy(update={"lake_encrypted": True}))) == ["accepted"]
    a_delivery(people=6, created=LATER).land(lake)
    assert statuses(load(lake)) == ["accepted"]  # the lake itself says that it is
    assert query(lake, "select count(*) from raw.participants") == [(6,)]
    files = list((lake.data / "lake").rglob("*.parquet"))
    assert files
    assert {path.read_bytes()[-4:] for path in files} == {b"PARE"}
    with open_warehouse(lake.model_copy(update={"lake_encrypted": True})) as connection:
        assert connection.execute("select count(*) from raw.participants").fetchone() == (6,)
