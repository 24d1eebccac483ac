"""The contract, the tables of `raw`, the staging models and their YAML name the same columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from docs import make_dictionary
from ingestion.contract import known_contracts
from ingestion.raw_schema import create_raw_schema, row_tables

ROOT = Path(__file__).resolve().parents[2]
STAGING = ROOT / "dbt_project" / "models" / "staging"
MODELS = sorted(path.stem for path in STAGING.glob("stg_*.sql"))


def yaml_of(model: str) -> dict[str, Any]:
    (entry,) = yaml.safe_load((STAGING / f"{model}.yml").read_text(encoding="utf-8"))["models"]
    return dict(entry)


@pytest.fixture(scope="module")
def raw_columns() -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    with duckdb.connect() as connection:
        create_raw_schema(connection)
        for table, column in connection.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'raw' order by table_name, ordinal_position"
        ).fetchall():
            columns.setdefault(table, []).append(column)
    return columns


@pytest.mark.parametrize("version", known_contracts())
def test_every_field_of_the_contract_has_a_staging_column(version: str) -> None:
    by_source = {make_dictionary.staging_source(model): make_dictionary.staging_names(model) for model in MODELS}
    for resource in known_contracts()[version].resources.values():
        assert set(resource.field_names) <= set(by_source[resource.name]), resource.name


@pytest.mark.parametrize("model", MODELS)
def test_a_staging_model_holds_every_column_of_the_rows_that_it_reads_and_no_other(
    model: str, raw_columns: dict[str, list[str]]
) -> None:
    names = make_dictionary.staging_names(model)
    source = make_dictionary.staging_source(model)
    assert len(set(names.values())) == len(names)
    if source in row_tables():
        assert list(names) == raw_columns[source]
    else:  # the ledger keeps some columns for the loader alone
        assert set(names) <= set(raw_columns[source])


def test_every_row_table_has_a_staging_model() -> None:
    assert set(row_tables()) <= {make_dictionary.staging_source(model) for model in MODELS}


@pytest.mark.parametrize("model", MODELS)
def test_the_yaml_of_a_staging_model_names_its_columns_in_order(model: str) -> None:
    documented = [column["name"] for column in yaml_of(model)["columns"]]
    assert documented == list(make_dictionary.staging_names(model).values())


@pytest.mark.parametrize("model", MODELS)
def test_a_staging_model_is_in_the_dictionary_with_the_name_of_each_field(model: str) -> None:
    page = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    section = page.split(f"### `staging.{model}`")[1].split("###")[0]
    for raw, column in make_dictionary.staging_names(model).items():
        assert f"| `{column}` | `{raw}` |" in section
