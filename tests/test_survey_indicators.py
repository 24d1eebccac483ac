"""The indicators of the survey against sums made by hand from the same workbooks, through gate, load and build.

Three PLIE: two of one department, one without region nor department. Nobody has sent a transfer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from ingestion.settings import Settings
from ingestion.survey.intake import load_surveys
from orchestration.pipeline import build_and_publish
from tests.survey_workbooks import TODAY, a_survey, as_xlsx, land_survey

NORTH, NEAR, NOWHERE = "PLIE-59-06", "PLIE-59-07", "PLIE-00-01"
MONEY = ["financeur", "montant_eur"]
STRUCTURES = ["structure", "montant_eur"]
TEAM = ["poste", "effectif", "etp"]


def near() -> dict[str, list[list[Any]]]:
    """A team of zero, no external referents, and a refused funding: each is another thing."""
    book = a_survey()
    book["Financements"] = [MONEY, ["FSE", "moitié"], ["État", 999]]
    book["Allocations_operateurs"] = [STRUCTURES, ["EI", 1000.25], ["AI", 2000.25], ["GEIQ", 4000]]
    book["Allocations_operations"] = [["operation", "montant_eur"]]
    book["Equipe"] = [TEAM, ["EQUIPE_INTERNE", 0, 0], ["REFERENTS_INTERNES", 2, None]]
    book["Referents_externes"] = [["structure", "effectif"]]
    book["Partenaires"][1][1] = 29
    return book


def nowhere() -> dict[str, list[list[Any]]]:
    book = a_survey()
    book["Financements"] = [MONEY, ["FSE", 100000], ["REGION", 25000.5], ["AUTRE_PRIVE", 10], ["REGION", 0.5]]
    book["Allocations_operateurs"] = [STRUCTURES]
    book["Equipe"] = [TEAM, ["EQUIPE_INTERNE", 5, 4.25]]
    book["Partenaires"] = [["type", "nombre"]]
    return book


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    settings = Settings(data=tmp_path_factory.mktemp("surveys"), threads=2)
    for plie_id, book in ((NORTH, a_survey()), (NEAR, near()), (NOWHERE, nowhere())):
        land_survey(settings, as_xlsx(book), plie_id)
    former = a_survey()
    former["Financements"][1][1] = 30000
    land_survey(settings, as_xlsx(former), NORTH, "enquete_2020.xlsx")
    load_surveys(settings, now=lambda: TODAY)
    build_and_publish(settings)
    with duckdb.connect(str(settings.snapshot), read_only=True) as connection:
        connection.execute("use marts")
        yield connection


NATIONAL = [
    ("funding.by_funder", "FSE", 300000 + 100000, 450000.5 + 125011, 2),
    ("funding.by_funder", "COMMUNES_EPCI", 150000.5, 450000.5 + 125011, 2),
    ("funding.by_funder", "ETAT", 0, 450000.5 + 125011, 2),
    ("funding.by_funder", "DEPARTEMENT", 0, 450000.5 + 125011, 2),
    ("funding.by_group", "COLLECTIVITES", 150000.5 + 25001, 450000.5 + 125011, 2),
    ("funding.by_group", "AUTRES", 10, 450000.5 + 125011, 2),
    ("allocation.by_operator", "ACI", 60000, 200000 + 7000.5, 2),
    ("allocation.by_operator", "EITI", 0, 200000 + 7000.5, 2),
    ("allocation.iae_share", "TOTAL", 60000 + 3000.5, 200000 + 7000.5, 2),
    ("allocation.by_operation", "FORMATION", 100000, 100000, 2),
    ("team.internal_headcount", "TOTAL", 9 + 0 + 5, 3, 3),
    ("team.internal_fte", "TOTAL", 7.5 + 0 + 4.25, 3, 3),
    ("team.internal_referents_headcount", "TOTAL", 3 + 2, 2, 2),
    ("team.internal_referents_fte", "TOTAL", 2.8, 1, 2),
    ("team.external_referents_headcount", "TOTAL", 8, 1, 1),
    ("team.external_referents_fte", "TOTAL", 7, 1, 1),
    ("team.external_referents_by_employer", "CCAS", 5 + 5, 8 + 8, 2),
    ("partners.companies", "TOTAL", 171 + 29, 2, 2),
]


@pytest.mark.parametrize(("indicator", "category", "numerator", "denominator", "n_plie"), NATIONAL)
@pytest.mark.parametrize("perimeter", ["running", "complete"])
def test_a_national_figure_is_that_of_the_plie_that_answered_its_section(
    marts: duckdb.DuckDBPyConnection,
    indicator: str,
    category: str,
    numerator: float,
    denominator: float,
    n_plie: int,
    perimeter: str,
) -> None:
    row = marts.execute(
        "select numerator, denominator, value, n_plie, n_missing from indicators where scope = 'national'"
        " and year = 2021 and indicator_id = ? and category = ? and perimeter = ?",
        [indicator, category, perimeter],
    ).fetchone()
    assert row is not None
    factor = 1 if indicator.startswith(("team.internal", "partners")) or category == "TOTAL" else 100
    factor = 100 if indicator == "allocation.iae_share" else factor
    assert row[:4] == pytest.approx((numerator, denominator, factor * numerator / denominator, n_plie))
    assert row[4] is None


@pytest.mark.parametrize(
    ("scope", "scope_id", "expected"),
    [
        ("departement", "59", (200, 2, 2)),
        ("region", "32", (200, 2, 2)),
        ("plie", NORTH, (171, 1, 1)),
        ("plie", NEAR, (29, 1, 1)),
        ("plie", NOWHERE, None),
    ],
)
def test_a_scope_counts_the_plie_in_it_that_answered(
    marts: duckdb.DuckDBPyConnection, scope: str, scope_id: str, expected: tuple[float, ...] | None
) -> None:
    row = marts.execute(
        "select numerator, denominator, n_plie from indicators where indicator_id = 'partners.companies'"
        " and year = 2021 and perimeter = 'complete' and scope = ? and scope_id = ?",
        [scope, scope_id],
    ).fetchone()
    assert row == expected


def test_a_plie_without_region_counts_in_the_nation_and_for_itself_alone(marts: duckdb.DuckDBPyConnection) -> None:
    scopes = marts.execute(
        "select distinct scope from indicators where indicator_id = 'funding.by_funder' and n_plie = 1"
        " and year = 2021 and (scope_id = ? or scope in ('region', 'departement')) order by 1",
        [NOWHERE],
    ).fetchall()
    assert scopes == [("departement",), ("plie",), ("region",)]  # department and region are those of the north alone
    assert marts.execute("select count(*) from indicators where scope_id is null or scope_id = ''").fetchone() == (0,)


def test_a_year_has_its_own_answers(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select year, n_plie from indicators where indicator_id = 'allocation.iae_share' and scope = 'national'"
        " and perimeter = 'complete' order by year"
    ).fetchall()
    assert rows == [(2020, 1), (2021, 2)]


def test_responses_say_who_answered_what_and_how_it_changed(marts: duckdb.DuckDBPyConnection) -> None:
    statuses = marts.execute(
        "select plie_id, section, status from survey_responses where year = 2021 and section in ('funding', 'partners')"
        " and plie_id in (?, ?, ?, 'PLIE-26-01') order by all",
        [NORTH, NEAR, NOWHERE],
    ).fetchall()
    assert statuses == [
        (NOWHERE, "funding", "answered"),
        (NOWHERE, "partners", "not_answered"),
        ("PLIE-26-01", "funding", "nothing_received"),
        ("PLIE-26-01", "partners", "nothing_received"),
        (NORTH, "funding", "answered"),
        (NORTH, "partners", "answered"),
        (NEAR, "funding", "refused"),
        (NEAR, "partners", "answered"),
    ]
    changed = marts.execute(
        "select total, total_year_before, change_percent, is_questioned from survey_responses"
        " where year = 2021 and section = 'funding' and plie_id = ?",
        [NORTH],
    ).fetchone()
    assert changed is not None
    assert [float(value) for value in changed[:3]] == pytest.approx([450000.5, 180000.5, 100 * 270000 / 180000.5])
    assert changed[3] is True
    complete = marts.execute(
        "select distinct plie_id, completeness_percent from survey_responses where year = 2021 and status = 'answered'"
        " order by 1"
    ).fetchall()
    assert complete == [(NOWHERE, 50.0), (NORTH, 100.0), (NEAR, 50.0)]


def test_fiches_and_answers_are_published(marts: duckdb.DuckDBPyConnection) -> None:
    assert marts.execute("select count(*), min(report_section) from fct_action_sheets").fetchone() == (4, "3.1")
    sums = marts.execute(
        "select code, value from fct_survey_answers where plie_id = ? and section = 'funding' order by 1", [NOWHERE]
    ).fetchall()
    assert [(code, float(value)) for code, value in sums] == [("AUTRE_PRIVE", 10), ("FSE", 100000), ("REGION", 25001)]
    current = marts.execute("select mode, is_current from fct_deliveries").fetchall()
    assert current == [("survey", True)] * 4
