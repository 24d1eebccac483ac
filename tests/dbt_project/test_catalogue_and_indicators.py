"""What the catalogue announces and what `marts.indicators` holds are the same thing."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.contract import code_lists


def seed(dbt_project: Path, name: str) -> list[dict[str, str]]:
    with (dbt_project / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def categories(line: dict[str, str]) -> set[str]:
    """Categories of a line of the catalogue: the name of a code list stands for its codes."""
    tokens = line["categories"].split(";") if line["categories"] else ["TOTAL"]
    lists = code_lists()
    return {category for token in tokens for category in lists.get(token, [token])}


@pytest.fixture(scope="module")
def catalogue(dbt_project: Path) -> dict[str, dict[str, str]]:
    return {line["indicator_id"]: line for line in seed(dbt_project, "indicator_catalogue")}


def test_the_lines_with_rows_are_those_of_transfers_and_register(
    warehouse: duckdb.DuckDBPyConnection, catalogue: dict[str, dict[str, str]]
) -> None:
    with_rows = {row[0] for row in warehouse.execute("select distinct indicator_id from marts.indicators").fetchall()}
    announced = {name for name, line in catalogue.items() if line["base"] in {"transfers", "register"}}
    assert with_rows == announced
    assert {line["base"].split(":")[0] for name, line in catalogue.items() if name not in with_rows} == {"survey"}


def test_every_indicator_has_all_its_categories_and_no_other_in_every_cell(
    warehouse: duckdb.DuckDBPyConnection, catalogue: dict[str, dict[str, str]]
) -> None:
    cells = warehouse.execute(
        "select indicator_id, year, perimeter, scope, scope_id, list(category) from marts.indicators group by all"
    ).fetchall()
    for indicator_id, *_, found in cells:
        assert len(found) == len(set(found))
        assert set(found) == categories(catalogue[indicator_id]), indicator_id


def test_values_follow_from_numerator_denominator_and_unit(
    warehouse: duckdb.DuckDBPyConnection, catalogue: dict[str, dict[str, str]]
) -> None:
    rows: list[tuple[Any, ...]] = warehouse.execute(
        "select indicator_id, numerator, denominator, value from marts.indicators"
    ).fetchall()
    assert rows
    for indicator_id, numerator, denominator, value in rows:
        if catalogue[indicator_id]["unit"] == "count":
            assert denominator is None
            assert value == numerator
        elif denominator == 0:
            assert value is None
        else:
            factor = 100 if catalogue[indicator_id]["unit"] == "percent" else 1
            assert value == pytest.approx(factor * numerator / denominator)


def test_categories_that_are_no_codes_have_a_french_label_and_no_label_is_left_over(
    dbt_project: Path, catalogue: dict[str, dict[str, str]]
) -> None:
    lists = code_lists()
    spelt_out = {
        (name, token)
        for name, line in catalogue.items()
        for token in line["categories"].split(";")
        if token and token not in lists
    }
    labelled = {(row["indicator_id"], row["category"]) for row in seed(dbt_project, "category_labels")}
    assert labelled == spelt_out


def test_every_published_figure_with_an_indicator_names_a_cell_that_exists(
    dbt_project: Path, catalogue: dict[str, dict[str, str]]
) -> None:
    for figure in seed(dbt_project, "published_figures"):
        if figure["indicator_id"]:
            assert figure["category"] in categories(catalogue[figure["indicator_id"]]), figure["figure_id"]
            assert figure["measure"] in {"value", "numerator", "denominator", "n_plie"}, figure["figure_id"]


def claimed_figures(line: dict[str, str]) -> list[str]:
    """Figures that a line of the catalogue claims; `F22-01..05` is five of them."""
    figures = []
    for claim in filter(None, line["published_figures"].split(";")):
        first, _, last = claim.partition("..")
        stem, number = first.rsplit("-", 1)
        figures += [f"{stem}-{n:02d}" for n in range(int(number), int(last or number) + 1)]
    return figures


def test_the_figures_that_the_catalogue_claims_are_published_ones_of_the_same_section(
    dbt_project: Path, catalogue: dict[str, dict[str, str]]
) -> None:
    published = {figure["figure_id"]: figure["indicator_id"] for figure in seed(dbt_project, "published_figures")}
    for indicator_id, line in catalogue.items():
        for figure_id in claimed_figures(line):
            assert published[figure_id].split(".")[0] == indicator_id.split(".")[0], (indicator_id, figure_id)
