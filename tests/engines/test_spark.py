"""The whole project on executors of Spark: the same nodes, types, comments, constraints and rows as on DuckDB.

That the comparison finds what differs is shown in `tests/orchestration/test_comparing.py`.
"""

from __future__ import annotations

import duckdb
import pytest

from consolidation.snapshot import publish_snapshot
from ingestion.settings import Settings
from orchestration.comparing import differences
from tests.engines.comparison import told
from tests.engines.spark_build import Built, built_by_duckdb, built_by_spark

pytestmark = pytest.mark.spark

SCHEMAS = "('staging', 'nomenclature', 'intermediate', 'marts')"


@pytest.fixture(scope="module")
def on_duckdb(loaded: Settings, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return built_by_duckdb(loaded, tmp_path_factory.mktemp("on_duckdb"))


@pytest.fixture(scope="module")
def built(loaded: Settings, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return built_by_spark(loaded, tmp_path_factory.mktemp("on_spark"))


def _store(built: Built) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(built.settings.warehouse), read_only=True)


def test_every_model_seed_and_test_runs_as_on_duckdb(on_duckdb: Built, built: Built) -> None:
    assert built.nodes == on_duckdb.nodes
    assert sum(node.startswith("unit_test.") for node in built.nodes) > 20
    assert set(built.nodes.values()) == {"success", "pass"}


def test_more_than_one_executor_worked_and_none_left_this_machine(built: Built) -> None:
    working = [executor for executor, tasks in built.tasks.items() if executor != "driver" and tasks > 10]
    assert len(working) > 1, built.tasks
    assert built.tasks.get("driver", 0) == 0
    assert built.listened_at == {"127.0.0.1"}


def test_nothing_is_left_in_the_folder_in_which_it_ran(built: Built) -> None:
    assert built.left_behind == []


def test_constraints_that_spark_does_not_enforce_are_looked_for_in_the_rows(built: Built) -> None:
    exits = built.constraint_tests["declared_constraints_fct_exits_True"]
    assert "parcours_id is null" in exits
    assert "not (is_positive = (sans_suite_cause is null))" in exits
    with _store(built) as store:
        n_exits = len(store.execute("from marts.fct_exits").fetchall())
    assert built.n_broken == (0, n_exits)
    assert n_exits > 0


def test_every_table_that_declares_a_constraint_is_looked_at(built: Built) -> None:
    with _store(built) as store:
        declared = store.execute(
            "select distinct table_name from duckdb_constraints() where schema_name = 'marts' order by all"
        ).fetchall()
    looked_at = {
        name.removeprefix("declared_constraints_").removesuffix("_True").rstrip("_") for name in built.constraint_tests
    }
    assert looked_at == {name for (name,) in declared}


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
def test_what_comes_back_is_described_and_typed_as_on_duckdb(on_duckdb: Built, built: Built, query: str) -> None:
    with _store(on_duckdb) as ours, _store(built) as gathered:
        wanted = ours.execute(f"{query} where schema_name in {SCHEMAS} order by all").fetchall()
        assert len(wanted) > 20
        assert gathered.execute(f"{query} where schema_name in {SCHEMAS} order by all").fetchall() == wanted


def test_every_row_that_comes_back_is_the_one_of_duckdb(on_duckdb: Built, built: Built) -> None:
    found = differences(on_duckdb.settings, built.settings)
    assert found == [], told(found)


def test_the_views_of_spark_hold_what_those_of_duckdb_hold(on_duckdb: Built, built: Built) -> None:
    views = sorted(path.name for path in built.views.iterdir())
    assert len(views) > 20
    with _store(on_duckdb) as ours:
        for view in views:
            files = f"read_parquet('{built.views / view}/*.parquet')"
            types = ours.execute(f"select column_name, column_type from (describe from {view})").fetchall()
            assert ours.execute(f"select column_name, column_type from (describe from {files})").fetchall() == types
            for one, other in ((view, files), (files, view)):
                lacking = ours.execute(f"from {one} except all from {other}").fetchall()
                assert lacking == [], view


def test_gathered_marts_are_published_without_pseudonyms(built: Built) -> None:
    settings = built.settings
    with duckdb.connect(str(settings.warehouse)) as connection:
        publish_snapshot(connection, settings)
        persons = {
            person for (person,) in connection.execute("select participant_id from marts.fct_entries").fetchall()
        }
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
    some = [person for person in sorted(persons) if len(person) > 12][::50]
    assert len(some) > 10
    assert not [person for person in some if person.encode() in text]
