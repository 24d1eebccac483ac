"""Every figure leads back to the PLIE, the rows, the SQL and the deliveries that it comes from."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from consolidation.editions import Edition
from consolidation.editions.evidence import Cell, evidence
from consolidation.editions.figure_trace import NoSuchFigure
from consolidation.editions.tracing import trace
from consolidation.snapshot import publish_snapshot
from ingestion.settings import PROJECT_ROOT, Settings
from tests.consolidation.conftest import ARRAS, LILLE, ROUBAIX

EXITS = Cell("exits.by_class", 2021, "departement", "59", "EMPLOI_DURABLE")


Pair = tuple[float, float | None]


def own_figures(connection: duckdb.DuckDBPyConnection, perimeter: str) -> dict[tuple[str, str, int], dict[str, Pair]]:
    """Numerator and denominator of each PLIE by indicator, category and year."""
    figures: dict[tuple[str, str, int], dict[str, Pair]] = {}
    for indicator, category, year, plie_id, numerator, denominator in connection.execute(
        "select indicator_id, category, year, scope_id, numerator, denominator from marts.indicators"
        " where scope = 'plie' and perimeter = ?",
        [perimeter],
    ).fetchall():
        figures.setdefault((indicator, category, year), {})[plie_id] = (numerator, denominator)
    return figures


def counted(connection: duckdb.DuckDBPyConnection, by_plie: str | None) -> dict[str, float]:
    """What SQL by PLIE says; nothing where there is none."""
    return {} if by_plie is None else dict(connection.execute(by_plie).fetchall())


@pytest.mark.parametrize("perimeter", ["complete", "running"])
def test_the_rows_behind_every_figure_give_that_figure(warehouse: duckdb.DuckDBPyConnection, perimeter: str) -> None:
    figures = own_figures(warehouse, perimeter)
    catalogue = warehouse.execute("select indicator_id from nomenclature.indicator_catalogue").fetchall()
    assert {(indicator,) for indicator, _, _ in figures} == set(catalogue)
    for (indicator, category, year), by_plie in figures.items():
        behind = evidence(Cell(indicator, year, "national", "FR", category, perimeter))
        numerators, denominators = counted(warehouse, behind.numerator), counted(warehouse, behind.denominator)
        for plie_id, (numerator, denominator) in by_plie.items():
            named = (indicator, category, year, plie_id)
            assert numerators.get(plie_id, 0) == pytest.approx(numerator), named
            assert denominator is None or denominators.get(plie_id, 0) == pytest.approx(denominator), named


def test_a_trace_adds_up_from_its_plie(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = trace(warehouse, EXITS)
    assert [share.plie_id for share in found.plie] == [ROUBAIX, LILLE]
    assert sum(share.numerator for share in found.plie) == found.counted.numerator == found.recomputed[0]
    assert sum(share.denominator or 0 for share in found.plie) == found.counted.denominator == found.recomputed[1]
    assert found.rows_agree
    assert (found.definition.numerator, found.definition.base) == ("exits of this class", "transfers")
    assert found.definition.category_label_fr == "Emploi durable"


def test_it_names_each_delivery_with_its_digest(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = trace(warehouse, EXITS)
    known = dict(warehouse.execute("select file_name, sha256 from raw.deliveries").fetchall())
    assert [(delivery.plie_id, delivery.mode) for delivery in found.deliveries] == [
        (ROUBAIX, "full"),
        (LILLE, "full"),
        (LILLE, "delta"),
    ]
    assert all(known[delivery.file_name] == delivery.sha256 for delivery in found.deliveries)


def test_a_figure_of_the_survey_rests_on_the_workbooks_of_its_year(
    warehouse: duckdb.DuckDBPyConnection, edition: Edition
) -> None:
    cell = Cell("funding.by_group", 2021, "national", "FR", "FSE")
    for of in (None, edition):
        found = trace(warehouse, cell, of)
        assert [(delivery.plie_id, delivery.file_name) for delivery in found.deliveries] == [
            (LILLE, "enquete_2021.xlsx")
        ]
        assert found.recomputed == (300000.0, 450000.5)


def test_the_rows_can_be_listed_one_by_one_in_the_warehouse_and_in_the_snapshot(
    campaign: Settings, warehouse: duckdb.DuckDBPyConnection
) -> None:
    found = trace(warehouse, EXITS)
    publish_snapshot(warehouse, campaign)
    with duckdb.connect(str(campaign.snapshot), read_only=True) as snapshot:
        for connection in (warehouse, snapshot):
            rows = connection.execute(found.evidence.numerator_rows).fetchall()
            assert len(rows) == found.counted.numerator
            assert found.evidence.denominator_rows is not None
            assert len(connection.execute(found.evidence.denominator_rows).fetchall()) == found.counted.denominator


def test_it_shows_the_sql_that_counts(warehouse: duckdb.DuckDBPyConnection, edition: Edition) -> None:
    for of in (None, edition):
        models = trace(warehouse, EXITS, of).models
        assert models[0].path == "dbt_project/models/intermediate/int_exit_counts.sql"
        assert models[-1].name == "indicators"
        assert all(model.sql == (PROJECT_ROOT / Path(model.path)).read_text(encoding="utf-8") for model in models)


def test_every_indicator_names_models_that_exist(warehouse: duckdb.DuckDBPyConnection) -> None:
    for indicator, category in warehouse.execute(
        "select distinct indicator_id, min(category) from marts.indicators group by 1"
    ).fetchall():
        behind = evidence(Cell(indicator, 2021, "national", "FR", category))
        found = {model.name for model in trace(warehouse, Cell(indicator, 2021, "national", "FR", category)).models}
        assert found == set(behind.models)


def test_an_edition_keeps_its_figure_when_rows_change_and_the_trace_says_so(
    warehouse: duckdb.DuckDBPyConnection, edition: Edition
) -> None:
    before = trace(warehouse, EXITS, edition)
    assert (before.edition_id, before.rows_agree) == ("2021.1", True)
    warehouse.execute(f"delete from marts.fct_exits where plie_id = '{LILLE}'")
    after = trace(warehouse, EXITS, edition)
    assert after.counted == before.counted
    assert after.plie == before.plie
    assert not after.rows_agree


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (Cell("exits.nothing", 2021, "national", "FR", "TOTAL"), "exits.positive_rate_total"),
        (Cell("exits.by_class", 2021, "national", "FR", "TOTAL"), "AUTRE_POSITIVE"),
        (Cell("exits.total", 1999, "national", "FR", "TOTAL"), "1999"),
        (Cell("exits.total", 2021, "plie", "PLIE-13-03", "TOTAL"), "PLIE-13-03"),
    ],
    ids=["no such indicator", "no such category", "no such year", "no such PLIE"],
)
def test_a_figure_that_there_is_not_says_what_there_is(
    warehouse: duckdb.DuckDBPyConnection, edition: Edition, cell: Cell, said: str
) -> None:
    for of in (None, edition):
        with pytest.raises(NoSuchFigure, match=said):
            trace(warehouse, cell, of)


def test_the_perimeter_of_the_facts_is_that_of_the_figure(warehouse: duckdb.DuckDBPyConnection) -> None:
    complete = trace(warehouse, Cell("entries.total", 2020, "national", "FR", "TOTAL"))
    assert {share.plie_id for share in complete.plie} >= {LILLE, ROUBAIX, ARRAS}
    running = trace(warehouse, Cell("entries.total", 2020, "national", "FR", "TOTAL", "running"))
    assert running.rows_agree
    assert complete.rows_agree
