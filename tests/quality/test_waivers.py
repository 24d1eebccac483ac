"""Who may answer what, in which words, and how long an answer holds."""

import duckdb
import pytest

from ingestion.settings import Settings
from quality.results import FailingRow
from quality.storage import last_run
from quality.waivers import NotWaivable, Waiver, waive, waive_each, waivers, with_answers
from tests.quality.run_of_the_gate import RUN, keep
from tests.warehouse_reading import query

REASON = "Fusion de deux PLIE en juin : mouvement réel."


def test_an_answer_is_kept_with_who_when_and_what_it_answered(settings: Settings) -> None:
    keep(settings)
    run = waive(settings, "exits.motive_past", 2021, "PLIE-06-01", f"  {REASON} ", " analyste ")
    assert [found.check_id for found in run.unanswered] == ["exits.early_deliveries"]
    kept = query(
        settings,
        "select check_id, year, plie_id, reason, waived_by, waived_at is not null, answered from consolidation.waivers",
    )
    answered = [{"label": "Emploi durable", "observed": 61.5}, {"label": "Abandon", "observed": 4.0}]
    assert kept == [("exits.motive_past", 2021, "PLIE-06-01", REASON, "analyste", True, answered)]


def test_a_warning_of_the_nation_is_answered_without_a_plie(settings: Settings) -> None:
    keep(settings)
    run = waive(settings, "exits.early_deliveries", 2021, None, REASON, "analyste")
    assert [found.plie_id for found in run.unanswered] == ["PLIE-06-01"]


def test_a_warning_that_is_named_twice_is_answered_once(settings: Settings) -> None:
    keep(settings)
    waive_each(settings, 2021, [("exits.motive_past", "PLIE-06-01")] * 2, REASON, "analyste")
    assert query(settings, "select count(*) from consolidation.waivers") == [(1,)]


def test_analysts_are_told_what_every_column_of_the_gate_holds(settings: Settings) -> None:
    keep(settings)
    waive(settings, "exits.early_deliveries", 2021, None, REASON, "analyste")
    undescribed = query(
        settings,
        "select table_name, column_name from duckdb_columns() where comment is null"
        " and (schema_name = 'quality' or table_name = 'waivers')",
    )
    assert undescribed == []


def test_the_last_answer_counts_and_the_former_one_stays(settings: Settings) -> None:
    keep(settings)
    waive(settings, "exits.early_deliveries", 2021, None, "Première réponse.", "analyste")
    run = waive(settings, "exits.early_deliveries", 2021, None, "Seconde réponse.", "analyste")
    assert "Seconde réponse." in {found.waived_reason for found in run.results}
    assert query(settings, "select count(*) from consolidation.waivers") == [(2,)]


@pytest.mark.parametrize(
    ("check_id", "plie_id", "said"),
    [
        ("exits.no_such_check", None, "There is no check"),
        ("exits.motive_past", None, "does not fail for the nation"),
        ("exits.motive_past", "PLIE-06-02", "does not fail for PLIE-06-02 in 2021; it fails for: PLIE-06-01"),
        ("survey.dropouts", None, "nor does it for anyone else"),
        ("completeness.participating", None, "does not fail"),
    ],
)
def test_what_does_not_fail_is_not_answered(settings: Settings, check_id: str, plie_id: str | None, said: str) -> None:
    keep(settings)
    with pytest.raises(NotWaivable, match=said):
        waive(settings, check_id, 2021, plie_id, REASON, "analyste")
    assert query(settings, "select count(*) from duckdb_tables() where table_name = 'waivers'") == [(0,)]


@pytest.mark.parametrize(
    "reason",
    ["", "   ", "Voir avec Madame X au 06 12 34 56 78.", "Écrire à jeanne.durand@exemple.fr", "x" * 501],
    ids=["empty", "blank", "telephone", "address", "too long"],
)
def test_words_that_cannot_be_printed_are_refused(settings: Settings, reason: str) -> None:
    keep(settings)
    with pytest.raises(NotWaivable):
        waive(settings, "exits.early_deliveries", 2021, None, reason, "analyste")


@pytest.mark.parametrize("who", ["", " ", "06 12 34 56 78"])
def test_an_answer_bears_a_name_that_is_no_number(settings: Settings, who: str) -> None:
    keep(settings)
    with pytest.raises(NotWaivable):
        waive(settings, "exits.early_deliveries", 2021, None, REASON, who)


def test_several_answers_are_given_together_or_not_at_all(settings: Settings) -> None:
    keep(settings)
    both: list[tuple[str, str | None]] = [("exits.early_deliveries", None), ("exits.motive_past", "PLIE-06-02")]
    with pytest.raises(NotWaivable, match="PLIE-06-02"):
        waive_each(settings, 2021, both, REASON, "analyste")
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        assert waivers(connection, 2021) == []
    both[1] = ("exits.motive_past", "PLIE-06-01")
    assert waive_each(settings, 2021, both, REASON, "analyste").can_be_frozen


def test_an_answer_needs_a_run_of_that_year(settings: Settings) -> None:
    keep(settings)
    with pytest.raises(NotWaivable, match="plie check 2020"):
        waive(settings, "exits.early_deliveries", 2020, None, REASON, "analyste")


@pytest.mark.parametrize(
    ("rows", "holds"),
    [
        ({"Emploi durable": 61.5, "Abandon": 4.0}, True),
        ({"Emploi durable": 66.0}, True),
        ({"Emploi durable": 68.0}, False),
        ({"Emploi durable": 61.5, "Réorientation": 40.0}, False),
        ({"Emploi durable": None}, False),
        ({}, True),
    ],
)
def test_an_answer_holds_for_the_rows_it_answered_with_about_their_values(
    rows: dict[str, float | None], holds: bool
) -> None:
    waiver = Waiver("exits.motive_past", "PLIE-06-01", REASON, {"Emploi durable": 61.5, "Abandon": 4.0})
    found = [FailingRow("exits.motive_past", "PLIE-06-01", label, value, "") for label, value in rows.items()]
    assert waiver.holds(found) is holds


def test_a_zero_that_was_answered_is_answered_as_zero_alone() -> None:
    waiver = Waiver("completeness.expected_plie", "PLIE-06-01", REASON, {"Mois couverts": 0.0})
    assert waiver.holds([FailingRow("completeness.expected_plie", "PLIE-06-01", "Mois couverts", 0.0, "")])
    assert not waiver.holds([FailingRow("completeness.expected_plie", "PLIE-06-01", "Mois couverts", 3.0, "")])


def test_an_answer_never_covers_another_plie_or_a_pass(settings: Settings) -> None:
    given = [Waiver("exits.motive_past", "PLIE-06-02", REASON, {"Emploi durable": 61.5, "Abandon": 4.0})]
    assert with_answers(RUN.results, RUN.failing_rows, given) == RUN.results


def test_a_stored_run_is_read_as_it_was(settings: Settings) -> None:
    keep(settings)
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        assert last_run(connection, 2021) == RUN
