"""Of which columns a column is made, read from SQL alone."""

from __future__ import annotations

from typing import Any

from orchestration.column_lineage import column_lineage

SOURCE, SEED, FACTS, TOTALS = "source.plie.raw.parcours", "seed.plie.labels", "model.plie.facts", "model.plie.totals"


def node(kind: str, schema: str, name: str, columns: list[str], sql: str | None = None) -> dict[str, Any]:
    return {
        "resource_type": kind,
        "schema": schema,
        "name": name,
        "columns": {column: {} for column in columns},
        "compiled_code": sql,
    }


def lineage_of(sql: str, columns: list[str]) -> dict[str, list[tuple[str, str]]]:
    """The lineage of one model over `raw.parcours` and the seed `nomenclature.labels`."""
    manifest = {
        "sources": {SOURCE: node("source", "raw", "parcours", [])},
        "nodes": {
            SEED: node("seed", "nomenclature", "labels", ["code", "label"]),
            FACTS: node("model", "marts", "facts", columns, sql),
        },
    }
    known = {SOURCE: ["parcours_id", "plie_id", "age", "code"]}
    return column_lineage(manifest, known)[FACTS]


def test_a_renamed_column_comes_from_the_one_that_was_sent() -> None:
    found = lineage_of('select parcours_id as id from "throwaway"."raw"."parcours"', ["id"])
    assert found == {"id": [(SOURCE, "parcours_id")]}


def test_an_expression_over_a_join_comes_from_both_sides_through_every_cte() -> None:
    sql = """
    with named as (
        select sent.plie_id, coalesce(names.label, sent.code) as said
        from raw.parcours as sent left join nomenclature.labels as names on sent.code = names.code
    ),
    counted as (select plie_id, upper(said) as said from named)
    select * from counted
    """
    assert lineage_of(sql, ["plie_id", "said"]) == {
        "plie_id": [(SOURCE, "plie_id")],
        "said": [(SEED, "label"), (SOURCE, "code")],
    }


def test_a_column_that_counts_rows_or_is_a_constant_comes_from_none() -> None:
    sql = "select plie_id, count(*) as n, 'national' as scope, sum(age) as total from raw.parcours group by plie_id"
    assert set(lineage_of(sql, ["plie_id", "n", "scope", "total"])) == {"plie_id", "total"}


def test_a_model_that_cannot_be_followed_has_no_lineage_and_stops_nothing() -> None:
    assert lineage_of("select elsewhere from raw.unknown_table", ["elsewhere"]) == {}


def test_models_lead_to_the_models_that_they_are_made_of() -> None:
    manifest = {
        "sources": {SOURCE: node("source", "raw", "parcours", [])},
        "nodes": {
            FACTS: node("model", "marts", "facts", ["age"], "select age from raw.parcours"),
            TOTALS: node("model", "marts", "totals", ["ages"], "select sum(age) as ages from marts.facts"),
        },
    }
    assert column_lineage(manifest, {SOURCE: ["age"]})[TOTALS] == {"ages": [(FACTS, "age")]}
