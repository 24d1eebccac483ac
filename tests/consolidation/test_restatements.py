"""A correction says figure by figure what it changes, which PLIE moved it, and by which delivery."""

from __future__ import annotations

import duckdb
import pytest

from consolidation.editions import Edition, compare, find_edition, freeze
from consolidation.editions.restatement import Restatement
from ingestion.settings import Settings
from ingestion.warehouse import reading
from tests.consolidation.conftest import LILLE, ROUBAIX
from tests.warehouse_reading import column, query


@pytest.fixture
def second(corrected: Settings, open_gate: None) -> Edition:
    return freeze(corrected, 2021, "Roubaix a complété ses entrées.", who="Camille")


def changes(settings: Settings) -> list[Restatement]:
    with reading(settings) as connection:
        return compare(connection, find_edition(connection, "2021.1"), find_edition(connection, "2021.2"))


def test_each_figure_that_differs_is_told_with_both_values(corrected: Settings, second: Edition) -> None:
    (exits,) = [c for c in changes(corrected) if (c.indicator_id, c.scope, c.year) == ("exits.total", "national", 2021)]
    assert (exits.old_value, exits.new_value) == (27.0, 29.0)
    found = {(c.indicator_id, c.year, c.scope, c.scope_id, c.category) for c in changes(corrected)}
    key = "indicator_id, year, scope, scope_id, category"
    differ = f"""
        select {key} from consolidation.indicators as new
        full join (from consolidation.indicators where edition_id = '2021.1') as old using ({key})
        where
            new.edition_id = '2021.2' and (new.numerator, new.denominator, new.value)
            is distinct from (old.numerator, old.denominator, old.value)
    """
    assert found == set(query(corrected, differ))


def test_it_names_who_moved_it_and_the_deliveries_of_both_sides(corrected: Settings, second: Edition) -> None:
    sent = set(column(corrected, f"select delivery_id from raw.deliveries where plie_id = '{ROUBAIX}'"))
    assert len(sent) == 2
    told = changes(corrected)
    assert {c.scope_id for c in told if c.scope == "plie"} == {ROUBAIX}
    assert all(c.plie_ids == [ROUBAIX] and set(c.delivery_ids) == sent for c in told)
    assert {c.scope_id for c in told} == {"FR", "32", "59", ROUBAIX}


def test_what_is_kept_is_what_is_compared(corrected: Settings, second: Edition) -> None:
    names = ", ".join(Restatement.__dataclass_fields__)
    kept = {tuple(map(str, row)) for row in query(corrected, f"select {names} from consolidation.restatements")}
    assert kept == {
        tuple(str(getattr(c, name)) for name in Restatement.__dataclass_fields__) for c in changes(corrected)
    }


def test_the_nation_comes_first(corrected: Settings, second: Edition) -> None:
    scopes = [change.scope for change in changes(corrected)]
    assert scopes == sorted(scopes, key=["national", "region", "departement", "plie"].index)


def test_the_first_edition_of_a_later_year_says_what_it_changes_to_the_years_before(
    campaign: Settings, open_gate: None
) -> None:
    freeze(campaign, 2019, who="Camille")
    with duckdb.connect(str(campaign.warehouse)) as connection:
        connection.execute(
            "update marts.indicators set numerator = numerator + 1, value = value + 1 where year <= 2020"
            f" and indicator_id = 'exits.total' and scope_id = '{LILLE}' and perimeter = 'complete'"
        )
    later = freeze(campaign, 2020, who="Camille")
    assert later.previous_edition_id == "2019.1"
    told = query(campaign, "select year, scope_id, new_value - old_value, plie_ids from consolidation.restatements")
    assert sorted(told) == [(year, LILLE, 1.0, [LILLE]) for year in (2016, 2017, 2018, 2019)]


def test_a_plie_that_the_register_moves_is_named_where_it_left_and_where_it_came(
    campaign: Settings, edition: Edition
) -> None:
    with duckdb.connect(str(campaign.warehouse)) as connection:
        connection.execute(f"update marts.dim_plie set department_code = '62' where plie_id = '{ROUBAIX}'")
        moved = "indicator_id = 'entries.total' and year = 2020 and perimeter = 'complete' and scope = 'departement'"
        connection.execute(
            "update marts.indicators set numerator = numerator + case scope_id when '62' then 12 else -12 end"
            f" where {moved} and scope_id in ('59', '62')"
        )
    freeze(campaign, 2021, "Roubaix est dans le Pas-de-Calais.", who="Camille")
    told = query(campaign, "select scope_id, plie_ids, delivery_ids from consolidation.restatements order by 1")
    assert told == [("59", [ROUBAIX], []), ("62", [ROUBAIX], [])]


def test_a_figure_that_only_the_code_changed_names_the_plie_and_no_delivery(
    campaign: Settings, edition: Edition
) -> None:
    with duckdb.connect(str(campaign.warehouse)) as connection:
        connection.execute(
            "update marts.indicators set numerator = numerator - 1, value = value - 1 where year = 2021"
            f" and indicator_id = 'exits.total' and scope_id in ('{LILLE}', 'FR') and perimeter = 'complete'"
        )
    freeze(campaign, 2021, "Une définition a été corrigée.", who="Camille")
    told = query(campaign, "select scope_id, plie_ids, delivery_ids from consolidation.restatements order by 1")
    assert told == [("FR", [LILLE], []), (LILLE, [LILLE], [])]
