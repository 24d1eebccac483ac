"""The whole project on executors of Spark: the same nodes, types, comments, constraints and rows as on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from consolidation.snapshot import publish_snapshot
from orchestration.comparing import differences
from tests.spark.conftest import Built

pytestmark = pytest.mark.spark

SCHEMAS = "('staging', 'nomenclature', 'intermediate', 'marts')"


@pytest.fixture(scope="module")
def both(on_duckdb: Built, built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that has both stores attached, as `ours` (DuckDB) and `gathered` (Spark)."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{on_duckdb.settings.warehouse}' as ours (read_only)")
        connection.execute(f"attach '{built.settings.warehouse}' as gathered (read_only)")
        yield connection


def _of(connection: duckdb.DuckDBPyConnection, database: str, query: str) -> list[tuple[object, ...]]:
    return connection.execute(
        f"{query} where database_name = '{database}' and schema_name in {SCHEMAS} order by all"
    ).fetchall()


def test_every_model_seed_and_test_runs_as_on_duckdb(on_duckdb: Built, built: Built) -> None:
    assert built.nodes == on_duckdb.nodes
    assert sum(node.startswith("unit_test.") for node in built.nodes) > 20
    assert set(built.nodes.values()) == {"success", "pass"}


def test_more_than_one_executor_worked_and_none_left_this_machine(built: Built) -> None:
    working = [executor for executor, tasks in built.tasks.items() if executor != "driver" and tasks > 10]
    assert len(working) > 1, built.tasks
    assert built.tasks.get("driver", 0) == 0
    assert built.listened_at == {"127.0.0.1"}


def test_an_overflow_would_be_an_error_and_no_null(built: Built) -> None:
    assert built.ansi == "true"


@pytest.mark.parametrize(
    "query",
    [
        "select schema_name, table_name, column_name, column_index, data_type, is_nullable, comment"
        " from duckdb_columns()",
        "select schema_name, table_name, comment from duckdb_tables()",
        "select schema_name, view_name, comment from duckdb_views()",
        "select schema_name, table_name, constraint_text from duckdb_constraints()",
    ],
    ids=["columns", "tables", "views", "constraints"],
)
def test_what_comes_back_is_described_and_typed_as_on_duckdb(both: duckdb.DuckDBPyConnection, query: str) -> None:
    ours = _of(both, "ours", query)
    assert ours
    assert _of(both, "gathered", query) == ours


def test_every_row_that_comes_back_is_the_one_of_duckdb(on_duckdb: Built, built: Built) -> None:
    as_file = replace(built, settings=built.settings.model_copy(update={"engine": "duckdb"}))
    assert differences(on_duckdb.settings, as_file.settings) == []


def test_the_views_of_spark_hold_what_those_of_duckdb_hold(both: duckdb.DuckDBPyConnection, built: Built) -> None:
    views = sorted(path.name for path in built.views.iterdir())
    assert len(views) > 20
    for view in views:
        files = f"read_parquet('{built.views / view}/*.parquet')"
        here = both.execute(f"select column_name, column_type from (describe from ours.{view})").fetchall()
        assert both.execute(f"select column_name, column_type from (describe from {files})").fetchall() == here, view
        for one, other in ((f"ours.{view}", files), (files, f"ours.{view}")):
            assert both.execute(f"select count(*) from (from {one} except all from {other})").fetchone() == (0,), view


def test_gathered_marts_are_published_without_pseudonyms(built: Built) -> None:
    settings = built.settings.model_copy(update={"engine": "duckdb"})
    with duckdb.connect(str(settings.warehouse)) as connection:
        publish_snapshot(connection, settings)
        persons = {person for (person,) in connection.execute("select participant_id from marts.fct_entries").fetchall()}
        n_marts = connection.execute(
            "select count(distinct table_name) from duckdb_columns() where schema_name = 'marts'"
        ).fetchone()
    with duckdb.connect(str(settings.snapshot), read_only=True) as snapshot:
        published = snapshot.execute("select participant_id from marts.fct_entries").fetchall()
        views = snapshot.execute("select view_name from duckdb_views() where schema_name = 'marts'").fetchall()
        n_published = snapshot.execute(
            "select count(distinct table_name) from duckdb_columns() where schema_name = 'marts'"
        ).fetchone()
    assert n_published == n_marts
    assert ("fct_active_participants",) in views
    assert len(published) > 0
    assert not persons & {str(number) for (number,) in published}
    text = settings.snapshot.read_bytes()
    assert not [person for person in persons if len(person) > 12 and person.encode() in text]
