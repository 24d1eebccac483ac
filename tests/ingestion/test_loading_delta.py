"""Deltas: rows replaced by key, rows deleted, references into the warehouse, and what the period covered becomes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ingestion.loading.intake import load_landing
from ingestion.settings import Settings
from tests.deliveries import (
    CREATED,
    PLIE,
    Delivery,
    a_delivery,
    a_delta,
    etape,
    parcours,
    participant,
    person,
    sortie,
    suppression,
)
from tests.warehouse_reading import acknowledgement, column, counts, query

LATER = CREATED + timedelta(hours=1)
NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)
OTHER = "PLIE-13-01"


def sent(settings: Settings, delivery: Delivery) -> dict[str, Any]:
    """Lands and loads a delivery; what its sender gets back."""
    path = delivery.land(settings)
    load_landing(settings, now=lambda: NOW)
    return acknowledgement(settings, path)


def changes(answer: dict[str, Any]) -> dict[str, tuple[int, int, int, int]]:
    """Rows loaded, added, changed and removed, by resource."""
    return {
        count["name"]: (count["loaded"], count["added"], count["changed"], count["removed"])
        for count in answer["resources"]
    }


def findings(answer: dict[str, Any]) -> list[tuple[str, str | None, str | None, list[int]]]:
    return [
        (finding["rule"], finding["resource"], finding["field"], finding["lines"]) for finding in answer["findings"]
    ]


@pytest.fixture
def loaded(settings: Settings) -> Settings:
    """A warehouse with a full delivery of two PLIE in it, four persons each."""
    for plie_id in (PLIE, OTHER):
        a_delivery(plie_id).land(settings)
    load_landing(settings, now=lambda: NOW)
    return settings


def test_a_delta_with_nothing_loaded_is_refused(settings: Settings) -> None:
    answer = sent(settings, a_delta(CREATED, etapes=[etape(1)]))
    assert (answer["status"], findings(answer)) == ("refused", [("T13", None, None, [])])


def test_a_delta_after_a_refused_full_delivery_is_refused_too(settings: Settings) -> None:
    sent(settings, a_delivery(coverage=("2021-01-01", "2020-01-01")))
    assert findings(sent(settings, a_delta(LATER, etapes=[etape(1)]))) == [("T13", None, None, [])]


def test_rows_are_inserted_or_replaced_by_key(loaded: Settings) -> None:
    answer = sent(
        loaded,
        a_delta(LATER, etapes=[etape(1, heures="600"), etape(9, of=2), etape(3)], participants=[participant(5)]),
    )
    assert answer["status"] == "accepted"
    assert changes(answer) == {"participants": (1, 1, 0, 0), "etapes": (3, 1, 1, 0)}
    assert counts(loaded, PLIE) == {"participants": 5, "parcours": 4, "etapes": 5, "sorties": 2}
    assert counts(loaded, OTHER) == {"participants": 4, "parcours": 4, "etapes": 4, "sorties": 2}
    hours = dict(query(loaded, f"select etape_id, heures from raw.etapes where plie_id = '{PLIE}'"))
    assert (hours["E1"], hours["E9"]) == (600.0, 520.5)


def test_references_reach_into_the_warehouse_and_no_further(loaded: Settings) -> None:
    answer = sent(loaded, a_delta(LATER, etapes=[etape(9, of=4), etape(10, of=99)], parcours=[parcours(8)]))
    assert findings(answer) == [
        ("R07", "parcours", "participant_id", [2]),
        ("R07", "etapes", "parcours_id", [3]),
    ]
    assert changes(answer) == {"parcours": (0, 0, 0, 0), "etapes": (1, 1, 0, 0)}


def test_a_reference_never_reaches_the_rows_of_another_plie(settings: Settings) -> None:
    a_delivery(people=2).land(settings)
    a_delivery(OTHER, people=6).land(settings)
    load_landing(settings, now=lambda: NOW)
    assert findings(sent(settings, a_delta(LATER, etapes=[etape(9, of=5)]))) == [("R07", "etapes", "parcours_id", [2])]


def test_persons_are_found_again_though_their_identifiers_were_keyed(loaded: Settings) -> None:
    second = parcours(1, parcours_id="P1bis", date_entree="2021-10-01")
    answer = sent(loaded, a_delta(LATER, parcours=[second]))
    assert answer["status"] == "accepted"
    persons = column(
        loaded, f"select distinct participant_id from raw.parcours where plie_id = '{PLIE}' and parcours_id like 'P1%'"
    )
    assert len(persons) == 1
    assert persons != [person(1)]


def test_an_exit_is_compared_with_the_entry_that_is_loaded(loaded: Settings) -> None:
    answer = sent(loaded, a_delta(LATER, sorties=[sortie(2, date_sortie="2020-03-01"), sortie(4)]))
    assert findings(answer) == [("R10", "sorties", "date_sortie", [2])]
    assert changes(answer) == {"sorties": (1, 1, 0, 0)}


def test_and_with_the_entry_that_comes_with_it_when_there_is_one(loaded: Settings) -> None:
    answer = sent(loaded, a_delta(LATER, parcours=[parcours(2, date_entree="2021-10-01")], sorties=[sortie(2)]))
    assert findings(answer) == [("R10", "sorties", "date_sortie", [2])]


def test_what_depends_on_a_rejected_row_of_the_delta_is_rejected_though_an_older_one_is_loaded(
    loaded: Settings,
) -> None:
    answer = sent(loaded, a_delta(LATER, parcours=[parcours(2, qpv="?")], etapes=[etape(9, of=2)]))
    assert findings(answer) == [("R05", "parcours", "qpv", [2]), ("R07", "etapes", "parcours_id", [2])]
    assert counts(loaded, PLIE) == {"participants": 4, "parcours": 4, "etapes": 4, "sorties": 2}


def test_removing_a_parcours_removes_its_steps_and_its_exit(loaded: Settings) -> None:
    answer = sent(loaded, a_delta(LATER, suppressions=[suppression("parcours", "P1")]))
    assert answer["status"] == "accepted"
    assert changes(answer) == {
        "parcours": (0, 0, 0, 1), "etapes": (0, 0, 0, 1), "sorties": (0, 0, 0, 1), "suppressions": (1, 0, 0, 0),
    }  # fmt: skip
    assert counts(loaded, PLIE) == {"participants": 4, "parcours": 3, "etapes": 3, "sorties": 1}
    assert counts(loaded, OTHER)["parcours"] == 4


def test_removing_a_participant_removes_all_that_is_known_of_that_person(loaded: Settings) -> None:
    answer = sent(loaded, a_delta(LATER, suppressions=[suppression("participants", person(3))]))
    assert changes(answer) == {
        "participants": (0, 0, 0, 1), "parcours": (0, 0, 0, 1), "etapes": (0, 0, 0, 1), "sorties": (0, 0, 0, 1),
        "suppressions": (1, 0, 0, 0),
    }  # fmt: skip
    assert counts(loaded, PLIE) == {"participants": 3, "parcours": 3, "etapes": 3, "sorties": 1}


def test_removing_a_step_or_an_exit_removes_nothing_else(loaded: Settings) -> None:
    sent(loaded, a_delta(LATER, suppressions=[suppression("etapes", "E1"), suppression("sorties", "P3")]))
    assert counts(loaded, PLIE) == {"participants": 4, "parcours": 4, "etapes": 3, "sorties": 1}


def test_removing_what_is_not_loaded_is_a_finding_on_its_line(loaded: Settings) -> None:
    answer = sent(
        loaded,
        a_delta(
            LATER,
            suppressions=[
                suppression("etapes", "E1"),
                suppression("etapes", "E99"),
                suppression("participants", person(99)),
                suppression("sorties", "P2"),
                suppression("financements", "1"),
                suppression("parcours", ""),
            ],
        ),
    )
    assert findings(answer) == [
        ("R01", "suppressions", "cle", [7]),
        ("R05", "suppressions", "ressource", [6]),
        ("R07", "suppressions", "cle", [3, 4, 5]),
    ]
    assert changes(answer) == {"etapes": (0, 0, 0, 1), "suppressions": (1, 0, 0, 0)}
    assert answer["status"] == "accepted_with_rejects"


def test_the_same_row_removed_twice_is_a_repeated_key(loaded: Settings) -> None:
    answer = sent(loaded, a_delta(LATER, suppressions=[suppression("etapes", "E1")] * 2))
    assert findings(answer) == [("R06", "suppressions", "cle", [2, 3])]
    assert counts(loaded, PLIE)["etapes"] == 4


def test_a_step_of_a_parcours_that_the_same_delta_removes_is_rejected(loaded: Settings) -> None:
    answer = sent(loaded, a_delta(LATER, etapes=[etape(9, of=1)], suppressions=[suppression("parcours", "P1")]))
    assert findings(answer) == [("R07", "etapes", "parcours_id", [2])]


def test_a_key_that_is_removed_and_sent_in_one_delta_is_removed_first(loaded: Settings) -> None:
    answer = sent(
        loaded,
        a_delta(
            LATER, parcours=[parcours(1)], etapes=[etape(9, of=1)], suppressions=[suppression("parcours", "P1")]
        ),
    )  # fmt: skip
    assert answer["status"] == "accepted"
    assert column(loaded, f"select etape_id from raw.etapes where plie_id = '{PLIE}' and parcours_id = 'P1'") == ["E9"]
    assert changes(answer)["etapes"] == (1, 1, 0, 1)
    assert counts(loaded, PLIE)["sorties"] == 1


def test_the_rules_on_too_many_rejected_rows_holds_for_suppressions(loaded: Settings) -> None:
    answer = sent(loaded, a_delta(LATER, suppressions=[suppression("etapes", f"X{n}") for n in range(11)]))
    assert answer["status"] == "refused"
    assert [finding["rule"] for finding in answer["findings"]] == ["T17", "R07"]


def test_a_full_delivery_may_not_hold_suppressions(loaded: Settings) -> None:
    delivery = a_delivery(created=LATER)
    delivery.rows["suppressions"] = [suppression("etapes", "E1")]
    assert [rule for rule, *_ in findings(sent(loaded, delivery))] == ["T03"]


def test_a_delta_that_is_not_newer_is_stale(loaded: Settings) -> None:
    assert sent(loaded, a_delta(CREATED - timedelta(hours=1), etapes=[etape(9, of=1)]))["status"] == "stale"
    assert counts(loaded, PLIE)["etapes"] == 4


def test_an_empty_delta_changes_nothing_but_what_is_known_of_its_time(loaded: Settings) -> None:
    answer = sent(loaded, a_delta(LATER))
    assert (answer["status"], answer["resources"]) == ("accepted", [])
    assert column(loaded, f"select created_at from raw.loaded_plie where plie_id = '{PLIE}'") == [
        LATER.replace(tzinfo=None)
    ]


def test_a_full_delivery_gives_the_same_warehouse_as_if_the_deltas_had_never_been(loaded: Settings) -> None:
    sent(
        loaded,
        a_delta(LATER, etapes=[etape(1, heures="1"), etape(9, of=2)], suppressions=[suppression("parcours", "P3")]),
    )
    full = a_delivery(created=LATER + timedelta(hours=1), people=3)
    answer = sent(loaded, full)
    assert changes(answer) == {
        "participants": (3, 0, 0, 1), "parcours": (3, 1, 0, 1), "etapes": (3, 1, 1, 2), "sorties": (2, 1, 0, 0),
    }  # fmt: skip
    fresh = loaded.model_copy(update={"data": loaded.data.parent / "fresh"})
    fresh.data.mkdir()
    (fresh.data / "pseudonym.key").write_text(loaded.key_file.read_text())
    sent(fresh, full)
    for table in ("participants", "parcours", "etapes", "sorties"):
        rows = f"from raw.{table} where plie_id = '{PLIE}' order by all"
        assert query(loaded, rows) == query(fresh, rows)


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        (("2021-12-01", "2022-01-31"), ("2016-01-01", "2022-01-31")),
        (("2022-01-01", "2022-01-31"), ("2016-01-01", "2022-01-31")),
        (("2022-01-02", "2022-01-31"), ("2016-01-01", "2021-12-31")),
        (("2015-06-01", "2015-12-31"), ("2015-06-01", "2021-12-31")),
        (("2015-06-01", "2015-12-30"), ("2016-01-01", "2021-12-31")),
        (("2018-01-01", "2018-12-31"), ("2016-01-01", "2021-12-31")),
    ],
)
def test_the_period_covered_grows_with_a_delta_that_meets_it(
    loaded: Settings, coverage: tuple[str, str], expected: tuple[str, str]
) -> None:
    delta = a_delta(datetime(2022, 2, 1, tzinfo=UTC), etapes=[etape(1)])
    delta.coverage = coverage
    delta.land(loaded)
    load_landing(loaded, now=lambda: datetime(2022, 2, 2, tzinfo=UTC))
    covered = query(loaded, f"select coverage_from, coverage_to from raw.loaded_plie where plie_id = '{PLIE}'")
    assert covered == [tuple(date.fromisoformat(day) for day in expected)]


def test_full_deliveries_and_deltas_of_different_plie_are_loaded_together(loaded: Settings) -> None:
    a_delta(LATER, etapes=[etape(9, of=1)], suppressions=[suppression("sorties", "P1")]).land(loaded)
    a_delivery(OTHER, created=LATER, people=6).land(loaded)
    a_delivery("PLIE-38-02").land(loaded)
    assert [outcome.status for outcome in load_landing(loaded, now=lambda: NOW)] == ["accepted"] * 3
    assert counts(loaded, PLIE) == {"participants": 4, "parcours": 4, "etapes": 5, "sorties": 1}
    assert counts(loaded, OTHER) == {"participants": 6, "parcours": 6, "etapes": 6, "sorties": 3}
    assert counts(loaded, "PLIE-38-02")["etapes"] == 4
