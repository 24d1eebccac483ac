"""What Spark built comes back into the store wholly, or the store stays as it was. Spark itself is not needed here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from ingestion.settings import Settings
from orchestration.spark import session
from orchestration.spark.gathering import RowsLost, gather
from orchestration.spark.places import spark_table

MADE = ("select 'PLIE-26-01' as plie_id, 3 as n", "select 'PLIE-38-01' as plie_id, 4 as n")


def _node(alias: str, materialized: str, **more: Any) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "schema": "marts",
        "alias": alias,
        "relation_name": f'"warehouse"."marts"."{alias}"',
        "description": f"What {alias} is; l'essai.",
        "columns": {
            "plie_id": {
                "name": "plie_id",
                "data_type": "string",
                "description": "Id.",
                "constraints": [{"type": "not_null"}],
            },
            "n": {"name": "n", "data_type": "bigint", "description": "Number.", "constraints": []},
        },
        "constraints": [{"type": "check", "expression": "n > 0"}],
        "config": {
            "materialized": materialized,
            "persist_docs": {"relation": True, "columns": True},
            "contract": {"enforced": True},
        },
        "depends_on": {"nodes": []},
    } | more


MANIFEST: dict[str, Any] = {
    "nodes": {
        "model.totals": _node("totals", "table"),
        "model.shown": _node(
            "shown",
            "view",
            compiled_code='select plie_id, n from "warehouse"."marts"."first_shown"',
            depends_on={"nodes": ["model.first_shown"]},
        ),
        "model.first_shown": _node(
            "first_shown",
            "view",
            compiled_code='select plie_id, n from "warehouse"."marts"."totals"',
            depends_on={"nodes": ["model.totals"]},
        ),
    },
    "sources": {},
}


@pytest.fixture
def store(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A store with a former build, in which `first_shown` was a table still."""
    folder = spark_table(settings, "marts", "totals")
    folder.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        for number, rows in enumerate(MADE):
            connection.execute(f"copy ({rows}) to '{folder}/part-{number}.parquet' (format parquet)")
        connection.execute("create schema marts")
        connection.execute("create table marts.totals as select 'former' as plie_id, 1 as n")
        connection.execute("create table marts.first_shown as from marts.totals")
        connection.execute("create schema orchestration")
        connection.execute("create table orchestration.last_build as select 'code' as code")
        yield connection


def _rows(store: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[Any, ...]]:
    return store.execute(f"from marts.{relation} order by all").fetchall()


def test_tables_come_with_rows_types_constraints_and_comments_and_views_stay_views(
    store: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    gather(store, settings, MANIFEST, {"marts.totals": 2})
    assert _rows(store, "totals") == _rows(store, "shown") == [("PLIE-26-01", 3), ("PLIE-38-01", 4)]
    views = store.execute("select view_name, comment from duckdb_views() where schema_name = 'marts' order by all")
    assert views.fetchall() == [(name, f"What {name} is; l'essai.") for name in ("first_shown", "shown")]
    columns = store.execute(
        "select column_name, data_type, is_nullable, comment from duckdb_columns() where table_name = 'totals'"
    )
    assert columns.fetchall() == [("plie_id", "VARCHAR", False, "Id."), ("n", "BIGINT", True, "Number.")]
    with pytest.raises(duckdb.ConstraintException):
        store.execute("insert into marts.totals values ('PLIE-21-01', 0)")


def test_gathering_forgets_the_last_build(store: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    gather(store, settings, MANIFEST, {"marts.totals": 2})
    assert store.execute("select 1 from duckdb_tables() where table_name = 'last_build'").fetchall() == []


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ({"rows": {"marts.totals": 3}}, RowsLost),
        ({"file": "select null::varchar as plie_id, 5 as n"}, duckdb.ConstraintException),
        ({"file": "select 'PLIE-21-01' as plie_id, -1 as n"}, duckdb.ConstraintException),
        ({"view": 'select plie_id, n from "warehouse"."marts"."nowhere"'}, duckdb.CatalogException),
    ],
    ids=["a row is lost", "a null", "a broken check", "a view that cannot be made"],
)
def test_whatever_fails_the_store_is_as_it_was(
    store: duckdb.DuckDBPyConnection, settings: Settings, broken: dict[str, Any], error: type[Exception]
) -> None:
    manifest = MANIFEST
    if "file" in broken:
        file = spark_table(settings, "marts", "totals") / "part-9.parquet"
        store.execute(f"copy ({broken['file']}) to '{file}' (format parquet)")
    if "view" in broken:
        views = {"model.shown": MANIFEST["nodes"]["model.shown"] | {"compiled_code": broken["view"]}}
        manifest = MANIFEST | {"nodes": MANIFEST["nodes"] | views}
    with pytest.raises(error):
        gather(store, settings, manifest, broken.get("rows", {"marts.totals": 2}))
    assert _rows(store, "totals") == _rows(store, "first_shown") == [("former", 1)]
    assert store.execute("from orchestration.last_build").fetchall() == [("code",)]


def test_without_the_packages_or_java_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: None)
    with pytest.raises(session.SparkNotInstalled, match="uv sync --group spark"):
        session.require_spark()
    monkeypatch.setattr(session, "find_spec", lambda name: object())
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(session.SparkNotInstalled, match="openjdk-17"):
        session.require_spark()
