"""Disclosure control on a small national edition: what it hides, and that the separate attack finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from consolidation.disclosure import Protection, Unprotected, protect
from ingestion.settings import Settings
from tests.consolidation.made_up_edition import Figures, draw_figures, freeze, open_edition_warehouse, some_plie
from tests.disclosure_attack.verdict import FrozenRow, Verdict, attack
from tests.reference_indicators.definitions import Part

Drawn = dict[tuple[str, int], Figures]


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return draw_figures(1, some_plie(), size=300)


@pytest.fixture(scope="module")
def protected(drawn: Drawn) -> Iterator[tuple[duckdb.DuckDBPyConnection, Protection]]:
    connection = open_edition_warehouse()
    freeze(connection, "2021.1", drawn)
    yield connection, protect(connection, "2021.1", Settings())
    connection.close()


@pytest.fixture
def edition(protected: tuple[duckdb.DuckDBPyConnection, Protection]) -> duckdb.DuckDBPyConnection:
    return protected[0]


def attack_all(connection: duckdb.DuckDBPyConnection, folder: Path, **options: object) -> Verdict:
    path = folder / "indicators.csv"
    connection.execute(f"copy published.indicators to '{path}' (header)")
    frozen: list[FrozenRow] = connection.execute(
        "select edition_id, indicator_id, year, scope, scope_id, category, numerator, denominator, n_missing"
        " from consolidation.indicators"
    ).fetchall()
    return attack(path, frozen, **options)  # type: ignore[arg-type]


def count(connection: duckdb.DuckDBPyConnection, condition: str) -> int:
    found = connection.execute(f"select count(*) from published.indicators where {condition}").fetchone()
    assert found is not None
    return int(found[0])


def test_the_attack_finds_no_hidden_figure(edition: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    verdict = attack_all(edition, tmp_path)
    assert verdict.n_hidden > 3000
    assert verdict.found == []


def test_the_attack_finds_plenty_when_small_counts_alone_are_hidden(drawn: Drawn, tmp_path: Path) -> None:
    """Or else it would prove nothing."""
    connection = open_edition_warehouse()
    freeze(connection, "2021.1", {key: figures for key, figures in drawn.items() if key[1] == 2021})
    connection.execute(
        """insert into published.indicators by name
        select
            * exclude (small) replace (
                if(small, null, numerator) as numerator,
                if(small, null, denominator) as denominator,
                if(small or n_missing between 1 and 10, null, n_missing) as n_missing
            ),
            small as suppressed
        from (
            select *, numerator between 1 and 10 or coalesce(denominator between 1 and 10, false) as small
            from consolidation.indicators
        )"""
    )
    verdict = attack_all(connection, tmp_path)
    assert len(verdict.found) > 0.2 * verdict.n_hidden


def test_no_row_of_a_plie_shows_a_small_count(edition: duckdb.DuckDBPyConnection) -> None:
    people = "indicator_id not like 'funding%' and indicator_id not like 'team%' and scope = 'plie'"
    for column in ("numerator", "denominator", "n_missing"):
        assert count(edition, f"{people} and {column} > 0 and {column} < 11") == 0
    assert count(edition, "indicator_id like 'team%' and scope = 'plie' and numerator > 0 and numerator < 11") == 0


def test_no_row_elsewhere_shows_a_count_under_five_and_none_of_health_one_under_eleven(
    edition: duckdb.DuckDBPyConnection,
) -> None:
    people = "indicator_id not like 'funding%' and indicator_id not like 'team%'"
    for column in ("numerator", "denominator", "n_missing"):
        assert count(edition, f"{people} and {column} > 0 and {column} < 5") == 0
    for column in ("numerator", "n_missing"):
        assert count(edition, f"category in ('RQTH', 'AAH') and {column} > 0 and {column} < 11") == 0


def test_euros_of_under_three_plie_or_mostly_of_one_are_hidden(edition: duckdb.DuckDBPyConnection) -> None:
    assert count(edition, "indicator_id like 'funding%' and n_plie < 3 and numerator is not null") == 0
    assert count(edition, "indicator_id like 'funding%' and numerator is not null") > 0
    dominated = edition.execute(
        """with parts as (
            select year, indicator_id, category, scope_id as plie_id, numerator
            from consolidation.indicators where scope = 'plie' and indicator_id like 'funding%'
        ),
        largest as (
            select year, indicator_id, category, scope, scope_id, max(numerator) as most
            from parts inner join marts.dim_plie using (plie_id)
            cross join lateral (values ('national', 'FR'), ('region', region_code), ('departement', department_code))
                as place (scope, scope_id)
            group by all
        )
        select count(*) from published.indicators as shown
        inner join largest using (year, indicator_id, category, scope, scope_id)
        where shown.numerator > 0 and most > 0.85 * shown.numerator"""
    ).fetchone()
    assert dominated == (0,)


def test_a_suppressed_row_holds_no_figure_and_any_other_has_its_numerator(edition: duckdb.DuckDBPyConnection) -> None:
    assert count(edition, "suppressed and coalesce(numerator, denominator, value, n_missing) is not null") == 0
    assert count(edition, "not suppressed and numerator is null") == 0


def test_what_is_shown_is_what_was_frozen(edition: duckdb.DuckDBPyConnection) -> None:
    keys = "edition_id, indicator_id, year, perimeter, scope, scope_id, category"
    for column in ("numerator", "denominator", "value", "n_missing", "n_plie"):
        other = edition.execute(
            f"select count(*) from published.indicators as shown inner join consolidation.indicators as frozen"
            f" using ({keys}) where shown.{column} <> frozen.{column}"
        ).fetchone()
        assert other == (0,)
    assert count(edition, "true") == edition.execute("select count(*) from consolidation.indicators").fetchall()[0][0]


def test_zeros_and_headline_totals_stay(edition: duckdb.DuckDBPyConnection) -> None:
    zeros = edition.execute(
        """select avg(if(shown.suppressed, 1, 0)) from published.indicators as shown
        inner join consolidation.indicators as frozen
            using (edition_id, indicator_id, year, perimeter, scope, scope_id, category)
        where frozen.numerator = 0 and indicator_id not like 'funding%'"""
    ).fetchall()[0][0]
    assert zeros < 0.1, zeros
    headlines = "indicator_id in ('entries.total', 'exits.total', 'active.participants', 'steps.total')"
    assert count(edition, f"{headlines} and scope = 'national' and suppressed") == 0
    share = count(edition, f"{headlines} and suppressed") / count(edition, headlines)
    assert share < count(edition, "suppressed") / count(edition, "true")


def test_the_counts_of_the_report_are_those_of_the_table(
    protected: tuple[duckdb.DuckDBPyConnection, Protection],
) -> None:
    connection, protection = protected
    for scope, suppressed in protection.suppressed.items():
        assert suppressed == count(connection, f"scope = '{scope}' and suppressed")
    assert protection.n_hidden > protection.n_small > 0


def test_the_same_edition_is_published_the_same_way_again(drawn: Drawn, edition: duckdb.DuckDBPyConnection) -> None:
    again = open_edition_warehouse()
    again.execute("set threads = 1")
    freeze(again, "2021.1", dict(reversed(drawn.items())))
    protect(again, "2021.1", Settings())
    everything = "select * from published.indicators order by all"
    assert again.execute(everything).fetchall() == edition.execute(everything).fetchall()


def test_a_campaign_of_tiny_plie_shows_regions_and_the_nation_alone() -> None:
    connection = open_edition_warehouse()
    freeze(connection, "2021.1", draw_figures(3, some_plie(), size=30))
    protect(connection, "2021.1", Settings())
    of_people = "indicator_id not like 'funding%' and indicator_id not like 'team%' and not suppressed"
    assert count(connection, f"{of_people} and scope = 'departement'") < count(
        connection, f"{of_people} and scope = 'region'"
    )
    assert count(connection, f"{of_people} and scope = 'national'") > 0
    assert count(connection, f"{of_people} and indicator_id = 'entries.total' and scope = 'plie'") <= 1


def test_where_the_nation_alone_is_published_the_attack_finds_zeros_at_most(tmp_path: Path) -> None:
    """A zero of the nation is one of every PLIE, and no secret."""
    connection = open_edition_warehouse()
    freeze(connection, "2021.1", draw_figures(3, some_plie()[:12], size=8))
    protect(connection, "2021.1", Settings())
    assert count(connection, "scope <> 'national' and indicator_id like 'entries.%' and not suppressed") == 0
    verdict = attack_all(connection, tmp_path)
    assert [found for found in verdict.found if found[1] > 0] == []


def _corrected(drawn: Drawn, plie_id: str) -> Drawn:
    """The same edition after one PLIE has found three more women among the entries of 2021."""
    figures = dict(drawn[plie_id, 2021])
    changes = {("entries.total", "TOTAL"): 3, ("entries.by_sex", "F"): 3, ("entries.by_age_band", "26_44"): 3}
    changes[("entries.by_education", "3")] = 3
    for (indicator_id, category), part in figures.items():
        if indicator_id.startswith("entries."):
            figures[indicator_id, category] = Part(
                part.numerator + changes.get((indicator_id, category), 0),
                None if part.denominator is None else part.denominator + 3,
                part.n_missing,
            )
    low = figures["entries.low_qualified", "TOTAL"]
    figures["entries.low_qualified", "TOTAL"] = Part(low.numerator + 3, low.denominator, low.n_missing)
    rate = figures["exits.positive_to_entries", "TOTAL"]
    figures["exits.positive_to_entries", "TOTAL"] = Part(rate.numerator, (rate.denominator or 0) + 3)
    for name in ("active.participants", "active.on_31_december"):
        figures[name, "TOTAL"] = Part(figures[name, "TOTAL"].numerator + 3)
    steps = figures["steps.per_participant", "TOTAL"]
    figures["steps.per_participant", "TOTAL"] = Part(steps.numerator, (steps.denominator or 0) + 3)
    return {**drawn, (plie_id, 2021): figures}


def test_two_editions_together_give_nothing_away(drawn: Drawn, tmp_path: Path) -> None:
    connection = open_edition_warehouse()
    freeze(connection, "2021.1", drawn)
    protect(connection, "2021.1", Settings())
    plie_id = some_plie()[2]
    freeze(connection, "2021.2", _corrected(drawn, plie_id))
    protect(connection, "2021.2", Settings())
    verdict = attack_all(connection, tmp_path, changed={("2021.2", 2021, plie_id)})
    assert verdict.found == []


def test_what_a_former_edition_hid_and_nothing_changed_stays_hidden(drawn: Drawn) -> None:
    connection = open_edition_warehouse()
    freeze(connection, "2021.1", drawn)
    protect(connection, "2021.1", Settings())
    freeze(connection, "2021.2", drawn)
    protect(connection, "2021.2", Settings())
    differing = connection.execute(
        """select count(*) from published.indicators as old inner join published.indicators as new
            using (indicator_id, year, perimeter, scope, scope_id, category)
        where old.edition_id = '2021.1' and new.edition_id = '2021.2' and (
            old.numerator is distinct from new.numerator or old.denominator is distinct from new.denominator
            or old.n_missing is distinct from new.n_missing
        )"""
    ).fetchone()
    assert differing == (0,)


def test_an_edition_whose_secrets_are_out_already_is_refused(drawn: Drawn) -> None:
    """A former edition, published without any control, has shown everything around what must now be hidden."""
    connection = open_edition_warehouse()
    freeze(connection, "2020.1", drawn)
    connection.execute(
        """insert into published.indicators by name
        select *, false as suppressed from consolidation.indicators
        where not (scope = 'plie' and indicator_id = 'entries.by_sex' and category = 'N')"""
    )
    connection.execute(
        """update published.indicators set n_missing = null
        where scope = 'plie' and indicator_id = 'entries.by_sex'"""
    )
    freeze(connection, "2021.1", drawn)
    with pytest.raises(Unprotected, match="can be found"):
        protect(connection, "2021.1", Settings())


def test_an_edition_without_figures_is_an_error() -> None:
    with pytest.raises(ValueError, match="no frozen indicators"):
        protect(open_edition_warehouse(), "2021.1", Settings())


def test_an_indicator_that_is_not_described_stops_the_publication(drawn: Drawn) -> None:
    connection = open_edition_warehouse()
    freeze(connection, "2021.1", drawn)
    connection.execute(
        "update consolidation.indicators set indicator_id = 'steps.new' where indicator_id = 'steps.jobs'"
    )
    connection.execute(
        "update nomenclature.indicator_catalogue set indicator_id = 'steps.new' where indicator_id = 'steps.jobs'"
    )
    with pytest.raises(KeyError, match=r"steps\.new"):
        protect(connection, "2021.1", Settings())
