"""The made-up campaign at national size: every published figure, computed from the delivered rows alone."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.sample import write_campaign
from ingestion.settings import Settings
from tests.ingestion.sample_figures import Key, compare, compute
from tests.ingestion.sample_reading import load

CONTRADICTORY = {"SYN-08", "SYN-09", "F22-26", "F23-01", "F3N-03", "F23-08", "CON-01"}
"""Figures that others contradict, and whose other side was chosen (`print_contradictions.csv`)."""


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    data: Path = tmp_path_factory.mktemp("nation")
    summary = write_campaign(Settings(data=data))
    assert summary.bad_rows < 0.01 * sum(summary.rows.values())
    with load(data / "landing") as connection:
        yield connection


@pytest.fixture(scope="module")
def computed(campaign: duckdb.DuckDBPyConnection) -> dict[Key, tuple[float, float | None]]:
    return compute(campaign)


def test_every_published_figure_holds_but_those_that_contradict_others(
    computed: dict[Key, tuple[float, float | None]],
) -> None:
    figures = compare(computed)
    assert len(figures) > 100
    different = {figure.figure_id: (figure.published, figure.computed) for figure in figures if not figure.identical}
    assert set(different) == CONTRADICTORY, different
    assert all(figure.contradiction_id for figure in figures if not figure.identical)


def test_the_counts_behind_the_figures_hold_to_the_unit(computed: dict[Key, tuple[float, float | None]]) -> None:
    assert computed["active.participants", 2019, "TOTAL"][0] == 131_000
    assert computed["active.participants", 2020, "TOTAL"][0] == 125_000
    assert computed["active.participants", 2021, "TOTAL"][0] == 131_000
    assert computed["exits.total", 2021, "TOTAL"][0] == 13_850 + 17_696
    assert computed["entries.by_sex", 2021, "F"] == (16_896, 32_682)
    assert computed["steps.jobs", 2021, "TOTAL"] == (46_355, 165_000)
    assert computed["steps.by_type", 2021, "IAE"][0] == 46_355 - 23_294


def test_the_fall_of_2020_comes_from_plie_that_leave_and_join(campaign: duckdb.DuckDBPyConnection) -> None:
    row = campaign.execute("""
        with stock as (
            select plie_id, count(*) as people from parcours left join sorties using (plie_id, parcours_id)
            where date_entree <= '2019-12-31' and coalesce(date_sortie, '9999-01-01') > '2019-12-31' group by plie_id
        )
        select sum(people) filter (where coverage_to = '2019-12-31'),
            sum(people) filter (where coverage_from = '2020-01-01')
        from stock join deliveries using (plie_id)""").fetchone()
    assert row is not None
    leaving, joining = row
    assert 131_000 - 31_550 + 28_403 - leaving + joining == 125_000


def test_the_history_is_of_national_size(campaign: duckdb.DuckDBPyConnection) -> None:
    (parcours,) = campaign.execute("select count(*) from parcours").fetchone() or (0,)
    (steps,) = campaign.execute("select count(*) from etapes").fetchone() or (0,)
    assert 280_000 < parcours < 300_000
    assert 550_000 < steps < 750_000


def test_plie_are_unequal_as_in_life(campaign: duckdb.DuckDBPyConnection) -> None:
    sizes = [
        persons
        for (persons,) in campaign.execute("""
            select count(distinct participant_id) from parcours left join sorties using (plie_id, parcours_id)
            where coalesce(date_sortie, '9999-01-01') >= '2021-01-01' group by plie_id order by 1""").fetchall()
    ]
    assert sum(persons < 200 for persons in sizes) >= 10
    assert sizes[-1] > 5000
