"""The dictionary is made from the YAML, the YAML says what the tables hold, and every table says its grain."""

from __future__ import annotations

import duckdb
import pytest

from docs import make_dictionary

DOCUMENTED = {(layer, entry["name"]): entry for layer, entry in make_dictionary.documented()}
SCHEMAS = ["marts", "nomenclature", "intermediate", "staging"]


def test_the_committed_dictionary_is_what_the_script_makes() -> None:
    committed = make_dictionary.PAGE.read_text(encoding="utf-8")
    assert committed == make_dictionary.dictionary(), "run `uv run python docs/make_dictionary.py`"


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_table_is_documented_with_its_columns_in_order_and_no_other_is(
    schema: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    found: dict[str, list[str]] = {}
    for table, column in warehouse.execute(
        "select table_name, column_name from information_schema.columns where table_schema = ?"
        " order by table_name, ordinal_position",
        [schema],
    ).fetchall():
        found.setdefault(table, []).append(column)
    documented = {
        name: [column["name"] for column in entry["columns"]]
        for (layer, name), entry in DOCUMENTED.items()
        if layer == schema
    }
    assert found == documented


def test_the_warehouse_has_the_schemas_of_the_architecture(warehouse: duckdb.DuckDBPyConnection) -> None:
    schemas = {
        row[0] for row in warehouse.execute("select distinct table_schema from information_schema.tables").fetchall()
    }
    assert schemas == {"raw", *SCHEMAS}


@pytest.mark.parametrize("key", DOCUMENTED, ids=".".join)
def test_a_description_says_the_grain_first_and_every_column_is_described(key: tuple[str, str]) -> None:
    entry = DOCUMENTED[key]
    assert entry["description"].startswith("One row per ")
    for column in entry["columns"]:
        assert column["description"].strip().endswith(".")


@pytest.mark.parametrize("name", [name for layer, name in DOCUMENTED if layer == "marts"])
def test_every_column_of_a_mart_is_typed_and_commented_in_the_database(
    name: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    assert all(column["data_type"] for column in DOCUMENTED["marts", name]["columns"])
    comments = warehouse.execute(
        "select count(*), count(comment) from duckdb_columns() where schema_name = 'marts' and table_name = ?", [name]
    ).fetchone()
    assert comments is not None
    assert comments[0] == comments[1] > 0
