"""Reconciles the cells of one year: every relation, in every territory, in SQL over a table like `marts.indicators`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import duckdb

from ingestion.acknowledgement.wording import typeset
from ingestion.warehouse import as_list_value
from quality.reconciliation.broken_cells import failing_row
from quality.reconciliation.catalogue import cells, is_whole
from quality.reconciliation.numbers_fr import shown_number
from quality.reconciliation.relations import Relation, relations
from quality.results import CheckResult, FailingRow, Status, SuiteOutcome

SUITE = "reconciliation"
SHOWN_ROWS = 50
"""Broken cells that are listed for one relation; `n_rows` counts them all."""

_TABLES = ("cells", "plie", "amounts", "compared", "shown", "terms", "groups")


def check_id(relation: Relation) -> str:
    """Name of the check that a relation makes."""
    return f"{SUITE}.{relation.relation_id}"


def edition_relations() -> tuple[Relation, ...]:
    """The relations that the cells of an edition must keep."""
    return tuple(relation for relation in relations() if not relation.options.get("print_only"))


def relation_texts() -> dict[str, tuple[str, str]]:
    """What each check of this suite says must hold, and what to look at when it does not: French, by check."""
    return {check_id(each): (typeset(each.label_fr), typeset(each.advice_fr)) for each in edition_relations()}


def reconcile_cells(
    connection: duckdb.DuckDBPyConnection, year: int, relation: str = "marts.indicators"
) -> SuiteOutcome:
    """Whether the figures of one year hold together, in all territories, over the complete PLIE.

    Also reads `marts.dim_plie` (where a PLIE counts) and `marts.fct_entries` (the stock of parcours).

    Args:
        connection: open on the warehouse; it gets temporary tables, which are dropped again.
        relation: a table, or a subquery in brackets, with the columns of `marts.indicators`.

    Returns:
        One result for each relation, in the order of `relations.toml`; the broken cells with the nation first.

    Raises:
        duckdb.Error: the tables are not there.
    """
    try:
        _make_tables(connection, year, relation)
        for each in edition_relations():
            _compare(connection, each, year)
        return _outcome(connection)
    finally:
        for table in _TABLES:
            connection.execute(f"drop table if exists temp.reconciliation_{table}")


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _make_tables(connection: duckdb.DuckDBPyConnection, year: int, relation: str) -> None:
    _make_table(connection, "shown", list(_shown()))
    _make_table(connection, "terms", list(_terms()))
    _make_table(connection, "groups", list(_groups()))
    for statement in _sql("tables").replace("{relation}", relation).split(";\n"):
        if statement.strip():
            connection.execute(statement, {"year": year} if "$year" in statement else None)


def _make_table(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]]) -> None:
    """A temporary table of these rows, sent as one JSON text: thousands of parameters take longer than the checks."""
    types = {str: "VARCHAR", bool: "BOOLEAN", int: "INTEGER"}
    structure = json.dumps([{column: types[type(value)] for column, value in rows[0].items()}])
    connection.execute(
        f"create or replace temp table reconciliation_{name} as"
        f" select unnest(from_json(?, '{structure}'), recursive := true)",
        [json.dumps(rows)],
    )


def _shown() -> Iterator[dict[str, Any]]:
    """Which column of which cell shows which quantity."""
    for cell in cells().values():
        quantities = {
            "numerator": cell.numerator,
            "denominator": cell.denominator,
            "n_missing": cell.missing,
            "n_plie": cell.base,
        }
        for measure, quantity in quantities.items():
            if quantity is not None:
                yield {
                    "indicator_id": cell.indicator_id,
                    "category": cell.category,
                    "measure": measure,
                    "quantity": quantity,
                    "is_whole": is_whole(quantity),
                    "unit": cell.unit,
                    "factor": cell.factor,
                    "base": cell.base,
                }


def _terms() -> Iterator[dict[str, Any]]:
    for relation in edition_relations():
        for one in relation.sums:
            for quantity, coefficient in one.terms:
                yield {
                    "relation_id": relation.relation_id,
                    "text": one.text,
                    "sign": one.sign,
                    "quantity": quantity,
                    "coefficient": coefficient,
                    "n_terms": len(one.terms),
                    "plie_only": bool(relation.options.get("plie_only")),
                }


def _groups() -> Iterator[dict[str, Any]]:
    """Group 0 is the whole of a bracket; the others are its groups."""
    for relation in edition_relations():
        if relation.kind == "groups_bracket":
            for number, rate in enumerate([relation.options["whole"], *relation.options["groups"]]):
                for position, quantity in enumerate(rate.split(" / ")):
                    yield {
                        "relation_id": relation.relation_id,
                        "group_no": number,
                        "quantity": quantity,
                        "is_above": position == 0,
                    }


def _compare(connection: duckdb.DuckDBPyConnection, relation: Relation, year: int) -> None:
    """Adds what one relation compares to `reconciliation_compared`; all sums are added with the first of them."""
    parameters: dict[str, Any] = {"relation_id": relation.relation_id}
    if relation.kind in ("sum", "parts"):
        first = next(each for each in edition_relations() if each.kind in ("sum", "parts"))
        if relation is first:
            connection.execute(f"insert into reconciliation_compared {_sql('sum')}")
        return
    if relation.kind == "same_quantity":
        alone = relation.options.get("quantities", [])
        others = [name for each in relations() for name in each.options.get("quantities", []) if each is not relation]
        parameters |= {"quantities": as_list_value(alone), "others": as_list_value(others)}
    if relation.kind == "scope_sum":
        parameters["scope"] = relation.options["scope"]
    statement = _sql(relation.kind)
    if "$year" in statement:
        parameters["year"] = year
    connection.execute(f"insert into reconciliation_compared {statement}", parameters)


def _outcome(connection: duckdb.DuckDBPyConnection) -> SuiteOutcome:
    counts = {
        name: (compared, broken)
        for name, compared, broken in connection.execute(
            "select relation_id, count(*), count(*) filter (where is_broken) from reconciliation_compared group by all"
        ).fetchall()
    }
    broken_rows = connection.execute(
        "select relation_id, scope, scope_id, item, observed, low, high from reconciliation_compared where is_broken"
        " qualify row_number() over (partition by relation_id order by scope <> 'national', scope = 'plie', scope,"
        f" scope_id, item) <= {SHOWN_ROWS}"
        " order by relation_id, scope <> 'national', scope = 'plie', scope, scope_id, item"
    ).fetchall()
    results: list[CheckResult] = []
    failing: list[FailingRow] = []
    for relation in edition_relations():
        compared, broken = counts.get(relation.relation_id, (0, 0))
        rows = [failing_row(check_id(relation), *row[1:]) for row in broken_rows if row[0] == relation.relation_id]
        failing += rows
        results.append(_result(relation, compared, broken, rows))
    return SuiteOutcome(tuple(results), tuple(failing))


def _result(relation: Relation, compared: int, broken: int, rows: list[FailingRow]) -> CheckResult:
    status: Status = "not_applicable" if not compared else "fail" if broken else "pass"
    message = ""
    if broken:
        one_or_many = (
            "une cellule ne le respecte pas" if broken == 1 else f"{shown_number(broken)} cellules ne le respectent pas"
        )
        message = f"{relation.label_fr} : {one_or_many}, dont « {rows[0].label} »."
    return CheckResult(
        check_id=check_id(relation),
        suite=SUITE,
        severity=relation.severity,
        status=status,
        plie_id=None,
        observed=float(broken) if compared else None,
        expected=typeset(relation.label_fr),
        message_fr=typeset(message),
        n_rows=broken,
    )
