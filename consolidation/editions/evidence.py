"""The rows behind a figure: SQL over the facts that lists them, and the figure recomputed from them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DECLARED = Path(__file__).with_name("evidence.toml")

_OF_SCOPE = {
    "national": "",
    "region": " and plie_id in (select plie_id from marts.dim_plie where region_code = '{scope_id}')",
    "departement": " and plie_id in (select plie_id from marts.dim_plie where department_code = '{scope_id}')",
    "plie": " and plie_id = '{scope_id}'",
}


@dataclass(frozen=True)
class Cell:
    """Which figure is meant; `perimeter` is `complete` or `running`."""

    indicator_id: str
    year: int
    scope: str
    scope_id: str
    category: str
    perimeter: str = "complete"


@dataclass(frozen=True)
class Evidence:
    """SQL over the marts, which the warehouse and the snapshot understand alike.

    Attributes:
        numerator_rows: lists the rows that the numerator counts or adds up.
        numerator: recomputes it from them, by PLIE (`plie_id`, `numerator`).
        denominator_rows, denominator: the same for the denominator; None for a count.
        models: names of the dbt models that compute the figure, the counting one first.
    """

    numerator_rows: str
    numerator: str
    denominator_rows: str | None
    denominator: str | None
    models: tuple[str, ...]


@cache
def _declared() -> dict[str, Any]:
    with DECLARED.open("rb") as file:
        return tomllib.load(file)


def evidence(cell: Cell) -> Evidence:
    """The SQL behind a figure.

    Raises:
        KeyError: no rows are declared for this indicator or category.
    """
    declared = _declared()
    figure = declared["figures"][cell.indicator_id]
    rows = declared["rows"][figure["rows"]]
    models = (*figure.get("models", rows["models"]), "int_scopes", "indicators")
    listed = _listed(cell, rows, figure["numerator"])
    denominator_rows = None
    if "denominator" in figure:
        other = declared["rows"][figure.get("denominator_rows", figure["rows"])]
        denominator_rows = _listed(cell, other, figure["denominator"])
    return Evidence(
        numerator_rows=f"select * {listed}",
        numerator=_by_plie(figure.get("measure", "count(*)"), "numerator", listed),
        denominator_rows=f"select * {denominator_rows}" if denominator_rows else None,
        denominator=_by_plie(figure.get("denominator_measure", "count(*)"), "denominator", denominator_rows)
        if denominator_rows
        else None,
        models=models,
    )


def _by_plie(measure: str, name: str, listed: str) -> str:
    return f"select plie_id, cast({measure} as double) as {name} {listed} group by plie_id order by plie_id"


def _listed(cell: Cell, rows: dict[str, str], condition: str | dict[str, str]) -> str:
    said = condition if isinstance(condition, str) else condition[cell.category]
    said = said.replace("{category}", cell.category.replace("'", "''")).replace("{year}", str(cell.year))
    of_year = f"{rows['year']} = {cell.year}" if rows["year"] else "true"
    where = [part for part in (of_year, rows[cell.perimeter], said) if part != "true"] or ["true"]
    scope = _OF_SCOPE[cell.scope].replace("{scope_id}", cell.scope_id.replace("'", "''"))
    return f"from {rows['table']} where {' and '.join(where)}{scope}"
