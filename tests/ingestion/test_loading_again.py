"""Deliveries that came before, or too late: stale ones, duplicates, and other bytes under a name that is taken."""

from __future__ import annotations

import json
from datetime import timedelta

from ingestion.settings import Settings
from tests.deliveries import PLIE, a_delivery
from tests.ingestion.night import LATER, NOW, load, statuses
from tests.warehouse_reading import acknowledgement, column, counts, files


def test_a_delivery_that_is_not_newer_is_stale_archived_and_not_loaded(settings: Settings) -> None:
    a_delivery(created=LATER).land(settings)
    load(settings)
    older = a_delivery(people=2).land(settings)
    assert statuses(load(settings)) == ["stale"]
    assert counts(settings, PLIE)["parcours"] == 4
    assert files(settings, "landing") == []
    assert f"archive/{PLIE}/{older.name}" in files(settings, "archive")
    assert acknowledgement(settings, older)["status"] == "stale"


def test_another_delivery_of_the_same_instant_is_stale_and_overwrites_nothing(settings: Settings) -> None:
    first = a_delivery().land(settings)
    content = first.read_bytes()
    load(settings)
    again = a_delivery(people=2)
    again.land(settings)
    (outcome,) = load(settings)
    assert outcome.status == "stale"
    assert (settings.archive / PLIE / first.name).read_bytes() == content
    assert (settings.archive / PLIE / f"{outcome.delivery_id}.zip").read_bytes() == again.zipped()
    assert acknowledgement(settings, first)["status"] == "accepted"
    named = settings.outbox / PLIE / f"{outcome.delivery_id}.ack.json"
    assert json.loads(named.read_text(encoding="utf-8"))["status"] == "stale"


def test_the_same_bytes_twice_are_acknowledged_and_nothing_is_done(settings: Settings) -> None:
    path = a_delivery().land(settings)
    load(settings)
    first = (settings.outbox / PLIE / f"{path.name}.ack.json").read_bytes()
    for _ in range(2):
        a_delivery().land(settings)
        assert statuses(load(settings)) == ["duplicate"]
    assert (settings.outbox / PLIE / f"{path.name}.ack.json").read_bytes() == first
    answer = acknowledgement(settings, path, ".duplicate.ack.json")
    assert (answer["status"], answer["resources"], answer["findings"]) == ("duplicate", [], [])
    assert files(settings, "landing") == []
    assert files(settings, "archive") == [f"archive/{PLIE}/{path.name}"]
    stem = f"PLIE-59-06_20211231T220000Z-{answer['sha256'][:12]}"
    assert column(settings, "select delivery_id from raw.deliveries order by rowid") == [
        stem, f"{stem}.duplicate-1", f"{stem}.duplicate-2",
    ]  # fmt: skip
    assert len(list(settings.outbox.rglob("*.ack.json"))) == len(list(settings.outbox.rglob("*.ack.html"))) == 3


def test_the_same_bytes_under_another_name_are_a_duplicate(settings: Settings) -> None:
    a_delivery().land(settings)
    load(settings)
    a_delivery().land(settings, "PLIE-59-06_20211231T230000Z.zip")
    assert statuses(load(settings)) == ["duplicate"]


def test_a_refused_delivery_sent_again_is_a_duplicate(settings: Settings) -> None:
    bad = a_delivery(coverage=("2021-01-01", "2020-01-01"))
    for expected in ("refused", "duplicate"):
        bad.land(settings)
        assert statuses(load(settings)) == [expected]
    assert len(files(settings, "quarantine")) == 1


def test_a_delivery_refused_because_of_the_clock_is_taken_in_once_the_clock_agrees(settings: Settings) -> None:
    delivery = a_delivery(created=NOW + timedelta(days=3))
    for now, expected in ((NOW, "refused"), (NOW, "duplicate"), (NOW + timedelta(days=3), "accepted")):
        delivery.land(settings)
        assert statuses(load(settings, now=now)) == [expected]
    assert counts(settings, PLIE)["parcours"] == 4


def test_two_refused_deliveries_of_one_name_are_both_kept(settings: Settings) -> None:
    for people in (2, 3):
        a_delivery(people=people, coverage=("2021-01-01", "2020-01-01")).land(settings)
        assert statuses(load(settings)) == ["refused"]
    assert len(files(settings, "quarantine")) == 2
    assert len(list(settings.outbox.rglob("*.ack.json"))) == 2
