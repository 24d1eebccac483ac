"""An edition is frozen whole, from fresh marts, past an open gate, by somebody, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from consolidation.editions import Edition, GateClosed, NotFrozen, NothingChanged, freeze, list_editions
from consolidation.editions.deliveries import ArchiveIncomplete
from consolidation.editions.freshness import MartsOutOfDate
from ingestion.settings import Settings
from ingestion.warehouse import reading
from orchestration.dbt_runner import build
from orchestration.pipeline import build_and_publish, take_in
from tests.consolidation.conftest import ANSWERED, ARRAS, LILLE, PARIS, PASSED, ROUBAIX, replace_neighbours
from tests.deliveries import CREATED, a_delivery
from tests.warehouse_reading import column, query


def test_an_edition_says_who_took_part_and_by_which_deliveries(campaign: Settings, edition: Edition) -> None:
    assert (edition.edition_id, edition.n_plie, edition.is_made_up) == ("2021.1", 3, True)
    assert column(campaign, "select plie_id from consolidation.edition_plie order by 1") == [ROUBAIX, LILLE, ARRAS]
    rests_on = query(campaign, "select plie_id, mode, count(*) from consolidation.edition_deliveries group by all")
    assert set(rests_on) == {
        *((plie_id, "full", 1) for plie_id in (LILLE, ROUBAIX, ARRAS, PARIS)),
        (LILLE, "delta", 1),
        (LILLE, "survey", 1),
    }
    sent = query(campaign, "select delivery_id, sha256 from raw.deliveries where mode <> 'survey'")
    frozen = query(campaign, "select delivery_id, sha256 from consolidation.edition_deliveries where mode <> 'survey'")
    assert sorted(sent) == sorted(frozen)


def test_its_figures_are_those_of_complete_plie_for_its_year_and_the_years_before(
    campaign: Settings, edition: Edition
) -> None:
    cells = "indicator_id, year, perimeter, scope, scope_id, category, numerator, denominator, value, n_missing, n_plie"
    marts = f"select {cells} from marts.indicators where perimeter = 'complete' and year <= 2021 order by all"
    assert query(campaign, f"select {cells} from consolidation.indicators order by all") == query(campaign, marts)
    years = column(campaign, "select distinct year from consolidation.indicators order by 1")
    assert years == [2016, 2017, 2018, 2019, 2020, 2021]


def test_results_of_the_gate_and_answers_are_kept_with_it(campaign: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_neighbours(monkeypatch, PASSED, ANSWERED)
    with_waiver(campaign)
    freeze(campaign, 2021, who="Camille")
    assert query(campaign, "select check_id, status, observed, reason_waived from consolidation.checks order by 1") == [
        ("entries.volume", "pass", 0.3, None),
        ("exits.rates", "fail", 12.5, "Vérifié avec le PLIE."),
    ]
    kept = query(campaign, "select check_id, reason, waived_by from consolidation.edition_waivers")
    assert kept == [("exits.rates", "Vérifié avec le PLIE.", "Dominique")]


def with_waiver(settings: Settings) -> None:
    import duckdb

    from quality.waivers import create_waivers

    with duckdb.connect(str(settings.warehouse)) as connection:
        create_waivers(connection)
        connection.execute(
            "insert into consolidation.waivers values ('exits.rates', 2021, null, 'Vérifié avec le PLIE.', 'Dominique',"
            " timestamp '2022-03-01 10:00:00', [{'label': 'x', 'observed': 12.5}])"
        )


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (replace(PASSED, severity="blocking", status="fail", message_fr="Total faux."), "Total faux."),
        (replace(PASSED, status="error", message_fr="Illisible."), "Illisible."),
        (replace(ANSWERED, waived_reason=None), "plie waive"),
    ],
    ids=["a blocking failure", "a check that could not be run", "a warning without an answer"],
)
def test_a_closed_gate_stops_it(campaign: Settings, monkeypatch: pytest.MonkeyPatch, result: object, said: str) -> None:
    replace_neighbours(monkeypatch, PASSED, result)  # type: ignore[arg-type]
    with pytest.raises(GateClosed, match=said):
        freeze(campaign, 2021, who="Camille")
    with reading(campaign) as connection:
        assert list_editions(connection) == []


def test_what_was_loaded_since_the_last_build_stops_it(campaign: Settings, open_gate: None) -> None:
    a_delivery(ARRAS, people=9, created=CREATED + timedelta(days=3)).land(campaign)
    take_in(campaign)
    with pytest.raises(MartsOutOfDate, match="plie build"):
        freeze(campaign, 2021, who="Camille")
    build_and_publish(campaign)
    assert freeze(campaign, 2021, who="Camille").number == 1


def test_a_run_of_dbt_by_hand_stops_it(campaign: Settings, open_gate: None) -> None:
    build(campaign, only=["int_exit_motives"])
    with pytest.raises(MartsOutOfDate, match="by hand"):
        freeze(campaign, 2021, who="Camille")


def test_a_year_that_no_plie_holds_whole_cannot_be_frozen(campaign: Settings, open_gate: None) -> None:
    with pytest.raises(NotFrozen, match="No PLIE"):
        freeze(campaign, 2022, who="Camille")


def test_a_delivery_that_is_not_in_the_archive_as_it_came_stops_it(campaign: Settings, open_gate: None) -> None:
    (kept,) = (campaign.archive / ARRAS).iterdir()
    kept.write_bytes(kept.read_bytes() + b"x")
    (gone,) = (campaign.archive / ROUBAIX).iterdir()
    gone.unlink()
    with pytest.raises(ArchiveIncomplete, match="2 deliveries"):
        freeze(campaign, 2021, who="Camille")


def test_a_second_edition_needs_a_reason_and_a_change(campaign: Settings, edition: Edition) -> None:
    with pytest.raises(NotFrozen, match="--reason"):
        freeze(campaign, 2021, who="Camille")
    with pytest.raises(NothingChanged, match=r"2021\.1"):
        freeze(campaign, 2021, "Pour voir", who="Camille")
    with reading(campaign) as connection:
        assert list_editions(connection) == [edition]


@pytest.mark.parametrize(
    ("reason", "who"),
    [("Appeler le 06 12 34 56 78", "Camille"), ("Correction", "camille@example.org"), ("Correction", "  ")],
)
def test_words_that_are_kept_name_nobody_by_number(corrected: Settings, open_gate: None, reason: str, who: str) -> None:
    with pytest.raises(NotFrozen):
        freeze(corrected, 2021, reason, who=who)


def test_a_correction_gets_the_next_number_and_names_the_edition_that_it_corrects(
    corrected: Settings, open_gate: None
) -> None:
    second = freeze(corrected, 2021, "Roubaix a complété ses entrées.", who="Camille")
    assert (second.edition_id, second.previous_edition_id) == ("2021.2", "2021.1")
    former = freeze(corrected, 2020, who="Camille")
    assert (former.edition_id, former.previous_edition_id) == ("2020.1", None)


def test_nothing_is_left_of_an_edition_that_could_not_be_protected(
    campaign: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from consolidation.editions import freezing

    def fail(*_: object) -> None:
        raise RuntimeError("a hidden count could be found")

    replace_neighbours(monkeypatch)
    monkeypatch.setattr(freezing, "protect", fail)
    with pytest.raises(RuntimeError, match="hidden count"):
        freeze(campaign, 2021, who="Camille")
    for table in ("editions", "indicators", "seals", "edition_deliveries"):
        assert query(campaign, f"select count(*) from consolidation.{table}") == [(0,)]
