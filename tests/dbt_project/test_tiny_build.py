"""Figures of the hand-written rows, counted by hand from `indicators.md` and the rows alone."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

Cell = tuple[float | None, float | None, int | None, int]


def cell(
    warehouse: duckdb.DuckDBPyConnection,
    indicator_id: str,
    category: str = "TOTAL",
    *,
    year: int = 2021,
    perimeter: str = "complete",
    scope_id: str = "FR",
) -> Cell:
    """Numerator, denominator, missing rows and PLIE of one cell."""
    (row,) = warehouse.execute(
        "select numerator, denominator, n_missing, n_plie from marts.indicators"
        " where indicator_id = ? and category = ? and year = ? and perimeter = ? and scope_id = ?",
        [indicator_id, category, year, perimeter, scope_id],
    ).fetchall()
    return (row[0], row[1], row[2], row[3])


DAYS = (date(2021, 12, 31) - date(2015, 5, 5)).days + 0 + 1
"""In the PLIE, over the three exits of 2021: a job after six years, a death on the day of entry, an overnight stay."""


@pytest.mark.parametrize(
    ("indicator_id", "category", "expected"),
    [
        ("active.participants", "TOTAL", (3, None, None, 2)),
        ("active.on_31_december", "TOTAL", (1, None, None, 2)),
        ("entries.total", "TOTAL", (2, None, None, 2)),
        ("entries.by_sex", "F", (2, 2, 0, 2)),
        ("entries.by_age_band", "MOINS_26", (1, 2, 0, 2)),
        ("entries.by_age_band", "26_44", (1, 2, 0, 2)),
        ("entries.by_education", "NR", (1, 2, 1, 2)),
        ("entries.low_qualified", "TOTAL", (1, 2, 1, 2)),
        ("entries.by_situation", "BRSA", (1, 2, 0, 2)),
        ("entries.by_situation", "RQTH", (0, 2, 2, 2)),
        ("entries.by_situation", "DELD", (1, 2, 1, 2)),
        ("exits.total", "TOTAL", (3, None, None, 2)),
        ("exits.by_class", "SANS_SUITE", (2, 3, None, 2)),
        ("exits.sans_suite_by_cause", "CHANGEMENT_SITUATION", (1, 2, None, 2)),
        ("exits.positive_rate_total", "TOTAL", (1, 3, None, 2)),
        ("exits.positive_rate_neutralised", "TOTAL", (1, 2, None, 2)),
        ("exits.positive_to_entries", "TOTAL", (1, 2, None, 2)),
        ("exits.positive_by_sector", "N", (1, 1, 0, 2)),
        ("exits.positive_by_sector", "A", (0, 1, 0, 2)),
        ("exits.contracts_durable", "TOTAL", (1, 1, 0, 2)),
        ("exits.positive_rate_by_profile", "BRSA", (1, 1, 0, 2)),
        ("exits.positive_rate_by_profile", "NIVEAU_1_2", (0, 1, 0, 2)),
        ("steps.total", "TOTAL", (4, None, None, 2)),
        ("steps.per_participant", "TOTAL", (4, 3, None, 2)),
        ("steps.by_type", "IAE", (1, 4, None, 2)),
        ("steps.jobs_outside_iae", "TOTAL", (0, 1, None, 2)),
        ("steps.training_by_kind", "FORMATION_QUALIFIANTE", (1, 1, None, 2)),
        ("steps.mean_duration_months", "TOTAL", (pytest.approx(DAYS / 30.4375), 3, None, 2)),
        ("participation.plie_known", "TOTAL", (145, None, None, 145)),
        ("participation.plie_participating", "TOTAL", (2, None, None, 145)),
        ("participation.rate", "TOTAL", (2, 145, None, 145)),
    ],
)
def test_a_national_figure_of_the_complete_plie_is_the_one_counted_by_hand(
    warehouse: duckdb.DuckDBPyConnection, indicator_id: str, category: str, expected: Cell
) -> None:
    assert cell(warehouse, indicator_id, category) == expected


def test_the_running_perimeter_takes_the_plie_in_progress_too(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert cell(warehouse, "active.participants", perimeter="running") == (4, None, None, 3)
    assert cell(warehouse, "entries.by_age_band", "45_PLUS", perimeter="running") == (1, 3, 0, 3)
    assert cell(warehouse, "active.participants", perimeter="running", scope_id="84") == (4, None, None, 2)
    assert cell(warehouse, "active.participants", perimeter="complete", scope_id="84") == (3, None, None, 1)


def test_the_year_before_counts_what_touches_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert cell(warehouse, "active.participants", year=2020) == (2, None, None, 2)
    assert cell(warehouse, "active.on_31_december", year=2020) == (2, None, None, 2)
    assert cell(warehouse, "entries.total", year=2020) == (1, None, None, 2)
    assert cell(warehouse, "exits.by_class", "SANS_SUITE", year=2020) == (0, 0, None, 2)
    assert cell(warehouse, "steps.total", year=2020) == (2, None, None, 2)


def test_a_plie_without_a_row_has_all_its_cells_at_zero_and_no_region(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert cell(warehouse, "entries.by_sex", "F", scope_id="PLIE-00-01") == (0, 0, 0, 1)
    assert cell(warehouse, "steps.per_participant", scope_id="PLIE-00-01") == (0, 0, None, 1)
    regions = warehouse.execute(
        "select distinct scope_id from marts.indicators where scope = 'region' and indicator_id = 'entries.total'"
    ).fetchall()
    assert regions == [("84",)]


def test_a_plie_whose_coverage_begins_inside_the_year_has_no_rows_of_its_own(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    indicators = warehouse.execute(
        "select distinct split_part(indicator_id, '.', 1) from marts.indicators where scope_id = 'PLIE-21-01'"
    ).fetchall()
    assert indicators == [("participation",)]
    assert cell(warehouse, "participation.rate", scope_id="PLIE-21-01") == (0, 1, None, 1)
    flags = warehouse.execute("select in_running, in_complete from marts.fct_entries where plie_id = 'PLIE-21-01'")
    assert flags.fetchall() == [(False, False)]


def test_every_sentence_of_print_is_compared_with_the_complete_nation(warehouse: duckdb.DuckDBPyConnection) -> None:
    verdicts = dict(warehouse.execute("select figure_id, verdict from marts.published_figures_check").fetchall())
    assert verdicts["F14-02"] == "identical"
    assert verdicts["F21-01"] == "different"
    assert verdicts["F22-12"] == "contradictory in print"
    assert verdicts["PR16-01"] == "not computed"
    assert verdicts["F14-01"] == "not computed"


def test_section_marts_say_in_french_what_the_indicators_say(warehouse: duckdb.DuckDBPyConnection) -> None:
    where = "where year = 2021 and perimeter = 'complete' and scope = 'national'"
    motives = warehouse.execute(
        f"select exit_motive_label_fr, n_exits, n_exits_total from marts.exits_by_motive {where} and n_exits > 0"
        " order by exit_motive"
    ).fetchall()
    assert [row[1:] for row in motives] == [(1, 3), (1, 3), (1, 3)]
    assert [row[0] for row in motives][:2] == ["Abandon", "Décès"]
    natures = warehouse.execute(f"select count(*), sum(n_steps) from marts.steps_by_nature {where}").fetchone()
    assert natures == (10, 4)
    profile = warehouse.execute(
        f"select n_entries, n_entries_total, share_percent from marts.entries_by_profile {where}"
        " and category_label_fr = 'Bénéficiaires du RSA'"
    ).fetchone()
    assert profile == (1, 2, 50.0)
    participation = warehouse.execute(
        "select n_plie_known, n_plie_participating, n_active_participants, n_entries, n_exits, n_steps, n_plie_counted"
        " from marts.participation_by_year where year = 2021 and perimeter = 'running'"
    ).fetchone()
    assert participation == (145, 2, 4, 3, 3, 4, 3)
