"""The cells of an edition: consistent ones pass every relation, and each planted fault breaks the right ones."""

from __future__ import annotations

import pytest

from ingestion.settings import PROJECT_ROOT
from quality.reconciliation import reconcile_cells, relation_texts
from quality.results import SuiteOutcome
from tests.quality.made_up_quantities import YEAR, warehouse

NATION = "scope = 'national' and year = 2021"


def broken(outcome: SuiteOutcome) -> set[str]:
    return {result.check_id.removeprefix("reconciliation.") for result in outcome.results if result.status == "fail"}


@pytest.mark.parametrize("seed", range(12))
def test_a_consistent_nation_passes_every_relation(seed: int) -> None:
    outcome = reconcile_cells(warehouse(seed), YEAR)
    assert broken(outcome) == set()
    assert outcome.failing_rows == ()
    assert {result.status for result in outcome.results} == {"pass"}


def test_results_follow_the_file_of_relations_and_block() -> None:
    outcome = reconcile_cells(warehouse(0), YEAR)
    assert [result.check_id for result in outcome.results] == list(relation_texts())
    assert {result.severity for result in outcome.results} == {"blocking"}
    assert all(label and advice for label, advice in relation_texts().values())


PLANTED = {
    "one woman too many in the nation": (
        "update t set numerator = numerator + 1, value = 100 * (numerator + 1) / denominator"
        f" where indicator_id = 'entries.by_sex' and category = 'F' and {NATION}",
        {"entries_by_sex", "nation_is_sum_of_plie"},
    ),
    "the synthesis shows another value than its fraction": (
        f"update t set value = value + 4 where indicator_id = 'entries.low_qualified' and {NATION}",
        {"value"},
    ),
    "a share on another total of steps": (
        "update t set denominator = denominator + 5, value = 100 * numerator / (denominator + 5)"
        f" where indicator_id = 'steps.jobs' and {NATION}",
        {"one_step_total", "nation_is_sum_of_plie"},
    ),
    "steps per participant on another base": (
        "update t set denominator = denominator - 3, value = numerator / (denominator - 3)"
        f" where indicator_id = 'steps.per_participant' and {NATION}",
        {"same_cell", "nation_is_sum_of_plie"},
    ),
    "a category is missing in a region": (
        "delete from t where indicator_id = 'entries.by_situation' and category = 'QPV' and scope_id = '84'",
        {"categories", "region_is_sum_of_plie"},
    ),
    "a department is forgotten": (
        "delete from t where scope = 'departement' and scope_id = '38'",
        {"departement_is_sum_of_plie", "stock_of_parcours"},
    ),
    "half a person": (
        "update t set numerator = numerator + 0.5, value = value + 0.5"
        f" where indicator_id = 'exits.total' and {NATION}",
        {"whole_numbers", "same_cell", "nation_is_sum_of_plie"},
    ),
    "more people on 31 December than in the year": (
        "update t set numerator = numerator + 400, value = value + 400"
        " where indicator_id = 'active.on_31_december' and scope_id = 'P4' and year = 2021",
        {"stock_of_persons", "nation_is_sum_of_plie", "region_is_sum_of_plie"},
    ),
    "the year before left more people than this one began with": (
        "update t set numerator = numerator + 400, value = value + 400"
        " where indicator_id = 'active.on_31_december' and scope_id = 'P4' and year = 2020",
        {"stock_from_year_to_year"},
    ),
    "an exit of no parcours": (
        "delete from marts.fct_entries where rowid = (select min(rowid) from marts.fct_entries"
        " where entered_on < date '2021-01-01' and exited_on is not null)",
        {"stock_of_parcours"},
    ),
    "a PLIE participates that has no complete data": (
        "update t set numerator = numerator + 1, value = numerator + 1"
        f" where indicator_id in ('participation.plie_participating', 'participation.rate') and {NATION}",
        {"value", "parts_within_wholes", "nation_is_sum_of_plie", "participation", "rates_bracket"},
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_breaks_the_relations_that_it_should(planted: str) -> None:
    statement, expected = PLANTED[planted]
    connection = warehouse(7)
    connection.execute("create table t as from marts.indicators")
    connection.execute(statement)
    outcome = reconcile_cells(connection, YEAR, "t")
    assert broken(outcome) == expected


def test_both_sexes_above_the_whole_break_the_bracket() -> None:
    connection = warehouse(7)
    connection.execute("create table t as from marts.indicators")
    connection.execute(
        "update t set numerator = denominator, value = 100"
        f" where indicator_id = 'exits.positive_rate_by_profile' and category in ('HOMMES', 'FEMMES') and {NATION}"
    )
    assert {"exits_by_profile", "nation_is_sum_of_plie"} <= broken(reconcile_cells(connection, YEAR, "t"))


def test_a_rate_outside_those_of_its_plie_is_told() -> None:
    connection = warehouse(7)
    connection.execute("create table t as from marts.indicators")
    connection.execute(f"update t set value = 101 where indicator_id = 'exits.positive_rate_total' and {NATION}")
    assert broken(reconcile_cells(connection, YEAR, "t")) == {"value", "rates_bracket"}


def test_a_broken_cell_is_told_in_french_with_what_was_expected() -> None:
    connection = warehouse(7)
    connection.execute(
        "update marts.indicators set numerator = numerator + 1000, value = value + 1000"
        f" where indicator_id = 'entries.total' and {NATION}"
    )
    outcome = reconcile_cells(connection, YEAR)
    rows = [row for row in outcome.failing_rows if row.check_id == "reconciliation.nation_is_sum_of_plie"]
    assert [row.label for row in rows] == ["France entière\u202f: Entrées en parcours"]
    (entries,) = connection.execute(
        "select sum(numerator) from marts.indicators where indicator_id = 'entries.total' and scope = 'plie'"
    ).fetchone() or (None,)
    assert rows[0].observed == entries + 1000
    assert rows[0].expected == f"{entries:.0f}"
    assert rows[0].plie_id is None
    result = next(each for each in outcome.results if each.check_id == rows[0].check_id)
    assert result.n_rows == 1
    assert "France entière" in result.message_fr


def test_a_year_without_survey_has_nothing_to_say_of_funding() -> None:
    connection = warehouse(3)
    connection.execute("delete from marts.indicators where indicator_id like 'funding.%'")
    statuses = {result.check_id: result.status for result in reconcile_cells(connection, YEAR).results}
    assert statuses["reconciliation.funding"] == "not_applicable"


def test_a_year_without_figures_passes_nothing() -> None:
    assert {result.status for result in reconcile_cells(warehouse(3), 1999).results} == {"not_applicable"}


def test_nothing_is_left_in_the_database() -> None:
    connection = warehouse(3)
    reconcile_cells(connection, YEAR)
    assert connection.execute("select count(*) from duckdb_tables() where temporary").fetchone() == (0,)


def test_the_page_of_documentation_names_every_relation_in_the_same_words() -> None:
    page = (PROJECT_ROOT / "docs" / "reconciliation.md").read_text(encoding="utf-8")
    for check_id, (label, _) in relation_texts().items():
        assert f"| `{check_id.removeprefix('reconciliation.')}` | {label} |" in page
