"""A full delivery that would shrink a PLIE is held (V01) until someone lets it in by name, with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ingestion.loading import release as releasing
from ingestion.loading.intake import Outcome, load_landing
from ingestion.loading.release import NotReleasable, release
from ingestion.settings import Settings
from tests.deliveries import CREATED, PLIE, Delivery, a_delivery, a_delta, etape, suppression
from tests.warehouse_reading import acknowledgement, column, counts, files, query

NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)
THEN = datetime(2022, 1, 3, 9, 30, 0, tzinfo=UTC)
LATER = CREATED + timedelta(hours=1)
REASON = "Fusion de deux territoires, confirmée par la coordinatrice"


def load(settings: Settings, delivery: Delivery) -> Outcome:
    delivery.land(settings)
    (outcome,) = load_landing(settings, now=lambda: NOW)
    return outcome


@pytest.fixture
def loaded(settings: Settings) -> Settings:
    """A warehouse with ten parcours of one PLIE."""
    load(settings, a_delivery(people=10))
    return settings


def let_in(settings: Settings, delivery: str, reason: str = REASON) -> Outcome:
    return release(settings, delivery, reason, "C. Martin", now=lambda: THEN)


def test_under_80_percent_of_the_parcours_holds_a_full_delivery(loaded: Settings) -> None:
    delivery = a_delivery(people=7, created=LATER)
    path = delivery.land(loaded)
    (outcome,) = load_landing(loaded, now=lambda: NOW)
    assert outcome.status == "held"
    assert counts(loaded, PLIE)["parcours"] == 10
    assert files(loaded, "landing") == []
    assert f"archive/{PLIE}/{path.name}" in files(loaded, "archive")
    answer = acknowledgement(loaded, path)
    assert answer["status"] == "held"
    assert [(finding["rule"], finding["severity"], finding["resource"]) for finding in answer["findings"]] == [
        ("V01", "hold", "parcours")
    ]
    assert answer["findings"][0]["message"].startswith("La livraison contient 7 parcours contre 10 auparavant")
    assert [(count["received"], count["loaded"], count["removed"]) for count in answer["resources"]] == [
        (7, 0, 0), (7, 0, 0), (7, 0, 0), (4, 0, 0),
    ]  # fmt: skip


def test_80_percent_is_enough(loaded: Settings) -> None:
    assert load(loaded, a_delivery(people=8, created=LATER)).status == "accepted"


def test_rejected_parcours_do_not_count(loaded: Settings) -> None:
    delivery = a_delivery(people=8, created=LATER).set("parcours", 2, "qpv", "?")
    assert load(loaded, delivery).status == "held"


def test_a_delta_is_never_held(loaded: Settings) -> None:
    removing = a_delta(LATER, suppressions=[suppression("parcours", f"P{number}") for number in range(1, 9)])
    assert load(loaded, removing).status == "accepted"
    assert counts(loaded, PLIE)["parcours"] == 2


def test_an_empty_full_delivery_is_held_even_with_no_row_at_all(loaded: Settings) -> None:
    assert load(loaded, a_delivery(people=0, created=LATER)).status == "held"


def test_a_held_delivery_does_not_count_as_loaded(loaded: Settings) -> None:
    load(loaded, a_delivery(people=2, created=LATER))
    assert load(loaded, a_delta(LATER - timedelta(minutes=1), etapes=[etape(11, of=1)])).status == "accepted"


@pytest.mark.parametrize("by_name", [True, False])
def test_a_release_loads_it_and_keeps_who_when_and_why(loaded: Settings, by_name: bool) -> None:
    delivery = a_delivery(people=7, created=LATER).set("etapes", 2, "cofinance_fse", "?")
    path = loaded.landing / PLIE / delivery.file_name
    held = load(loaded, delivery)
    assert held.delivery_id is not None
    outcome = let_in(loaded, path.name if by_name else held.delivery_id)
    assert (outcome.status, outcome.delivery_id) == ("accepted_with_rejects", held.delivery_id)
    assert counts(loaded, PLIE) == {"participants": 7, "parcours": 7, "etapes": 6, "sorties": 4}
    assert query(loaded, "from raw.releases") == [(held.delivery_id, THEN.replace(tzinfo=None), "C. Martin", REASON)]
    assert query(loaded, f"select status, filed from raw.deliveries where delivery_id = '{held.delivery_id}'") == [
        ("accepted_with_rejects", True)
    ]
    assert column(loaded, "select delivery_id from raw.loaded_plie") == [held.delivery_id]
    answer = acknowledgement(loaded, path)
    assert answer["status"] == "accepted_with_rejects"
    assert answer["received_at"] == "2022-01-01T02:00:00Z"
    assert [finding["rule"] for finding in answer["findings"]] == ["R05", "V01"]
    assert {count["name"]: (count["loaded"], count["removed"]) for count in answer["resources"]} == {
        "participants": (7, 3), "parcours": (7, 3), "etapes": (6, 4), "sorties": (4, 1),
    }  # fmt: skip
    assert len([name for name in files(loaded, "outbox") if name.endswith(".json")]) == 2


def test_the_same_bytes_after_a_release_are_a_duplicate(loaded: Settings) -> None:
    delivery = a_delivery(people=7, created=LATER)
    load(loaded, delivery)
    let_in(loaded, delivery.file_name)
    assert load(loaded, delivery).status == "duplicate"


def test_a_release_that_was_overtaken_is_impossible(loaded: Settings) -> None:
    delivery = a_delivery(people=7, created=LATER)
    load(loaded, delivery)
    newer = load(loaded, a_delivery(people=9, created=LATER + timedelta(minutes=1)))
    with pytest.raises(NotReleasable, match=rf"overtaken: {newer.delivery_id}"):
        let_in(loaded, delivery.file_name)
    assert counts(loaded, PLIE)["parcours"] == 9
    assert query(loaded, "from raw.releases") == []


def test_only_a_held_delivery_can_be_released_and_only_once(loaded: Settings) -> None:
    delivery = a_delivery(people=7, created=LATER)
    load(loaded, delivery)
    let_in(loaded, delivery.file_name)
    with pytest.raises(NotReleasable, match="not held: it is accepted"):
        let_in(loaded, delivery.file_name)
    with pytest.raises(NotReleasable, match="knows no delivery"):
        let_in(loaded, "PLIE-59-06_20300101T000000Z.zip")
    assert len(query(loaded, "from raw.releases")) == 1


@pytest.mark.parametrize(
    ("reason", "message"), [(" ", "needs a reason"), ("vu avec Jeanne au 06 12 34 56 78", "no telephone number")]
)
def test_a_release_needs_a_reason_that_can_be_kept(loaded: Settings, reason: str, message: str) -> None:
    delivery = a_delivery(people=7, created=LATER)
    load(loaded, delivery)
    with pytest.raises(NotReleasable, match=message):
        let_in(loaded, delivery.file_name, reason)
    assert counts(loaded, PLIE)["parcours"] == 10


def test_a_held_delivery_that_changed_in_the_archive_is_not_let_in(loaded: Settings) -> None:
    delivery = a_delivery(people=7, created=LATER)
    load(loaded, delivery)
    (loaded.archive / PLIE / delivery.file_name).write_bytes(a_delivery(people=6, created=LATER).zipped())
    with pytest.raises(NotReleasable, match="sha256 differs"):
        let_in(loaded, delivery.file_name)
    (loaded.archive / PLIE / delivery.file_name).unlink()
    with pytest.raises(NotReleasable, match="cannot be read from the archive"):
        let_in(loaded, delivery.file_name)


def test_a_release_killed_after_its_commit_is_finished_by_the_next_load(
    loaded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    delivery = a_delivery(people=7, created=LATER)
    path = loaded.landing / PLIE / delivery.file_name
    load(loaded, delivery)
    monkeypatch.setattr(releasing, "file_away", power_cut)
    with pytest.raises(KeyboardInterrupt):
        let_in(loaded, delivery.file_name)
    assert acknowledgement(loaded, path)["status"] == "held"
    load_landing(loaded, now=lambda: NOW)
    assert acknowledgement(loaded, path)["status"] == "accepted"
    assert column(loaded, "select filed from raw.deliveries") == [True, True]


def test_a_release_that_fails_leaves_the_delivery_held(loaded: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    delivery = a_delivery(people=7, created=LATER)
    path = loaded.landing / PLIE / delivery.file_name
    load(loaded, delivery)
    with monkeypatch.context() as patched:
        patched.setattr(releasing, "rewrite", fails)
        with pytest.raises(OSError, match="No space left"):
            let_in(loaded, delivery.file_name)
    assert acknowledgement(loaded, path)["status"] == "held"
    assert counts(loaded, PLIE)["parcours"] == 10
    assert replace(let_in(loaded, delivery.file_name), resources=()).status == "accepted"
