"""From landing to the warehouse: what becomes of each delivery, of its file, and what its sender gets back."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.loading import group, intake
from ingestion.loading.intake import Outcome, load_landing
from ingestion.loading.landing import waiting
from ingestion.settings import Settings
from tests.deliveries import CREATED, PLIE, a_delivery, etape, person
from tests.warehouse_reading import acknowledgement, column, counts, files, query

OTHER = "PLIE-13-01"
NOW = datetime(2022, 1, 1, 2, 0, 13, 999, tzinfo=UTC)
LATER = CREATED + timedelta(hours=1)


def load(settings: Settings, *plie_ids: str, now: datetime = NOW) -> list[Outcome]:
    return load_landing(settings, plie_ids or None, now=lambda: now)


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


def test_a_sound_delivery_becomes_typed_rows_with_their_origin(settings: Settings) -> None:
    delivery = a_delivery().set("etapes", 3, "heures", "").set("etapes", 4, "date_fin", "")
    delivery.land(settings)
    assert statuses(load(settings)) == ["accepted"]
    sha256 = hashlib.sha256(delivery.zipped()).hexdigest()
    assert query(settings, "from raw.etapes order by line")[0] == (
        PLIE, "E1", "P1", "EMPLOI", "CDDI", "ACI", date(2020, 5, 4), date(2020, 11, 3), 520.5, "oui",
        f"PLIE-59-06_20211231T220000Z-{sha256[:12]}", 2,
    )  # fmt: skip
    assert column(settings, "select heures from raw.etapes order by line") == [520.5, None, 520.5, 520.5]
    assert counts(settings, PLIE) == {"participants": 4, "parcours": 4, "etapes": 4, "sorties": 2}
    assert query(settings, "select * exclude (delivery_id) from raw.loaded_plie") == [
        (PLIE, 1, CREATED.replace(tzinfo=None), date(2016, 1, 1), date(2021, 12, 31))
    ]


def test_the_sender_gets_the_acknowledgement_of_the_contract(settings: Settings) -> None:
    path = a_delivery().set("etapes", 3, "cofinance_fse", "?").land(settings)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    (outcome,) = load(settings)
    assert acknowledgement(settings, path) == {
        "delivery": "PLIE-59-06_20211231T220000Z.zip",
        "sha256": sha256,
        "plie_id": PLIE,
        "status": "accepted_with_rejects",
        "received_at": "2022-01-01T02:00:13Z",
        "contract": "1.0",
        "resources": [
            {"name": name, "received": received, "loaded": loaded, "rejected": received - loaded, "warned": 0}
            | {"added": loaded, "changed": 0, "removed": 0}
            for name, received, loaded in (
                ("participants", 4, 4),
                ("parcours", 4, 4),
                ("etapes", 4, 3),
                ("sorties", 2, 2),
            )
        ],
        "findings": [
            {"rule": "R05", "severity": "reject", "resource": "etapes", "field": "cofinance_fse", "count": 1}
            | {"lines": [3], "message": "Code inconnu de la nomenclature."}
        ],
    }
    assert (outcome.file_name, outcome.plie_id, outcome.status) == (path.name, PLIE, "accepted_with_rejects")
    assert outcome.message == "Code inconnu de la nomenclature."


def test_an_accepted_delivery_is_archived_as_it_came(settings: Settings) -> None:
    path = a_delivery().land(settings)
    content = path.read_bytes()
    load(settings)
    assert files(settings, "landing", "archive", "quarantine", "outbox") == [
        f"archive/{PLIE}/{path.name}",
        f"outbox/{PLIE}/{path.name}.ack.html",
        f"outbox/{PLIE}/{path.name}.ack.json",
    ]
    assert "<html" in (settings.outbox / PLIE / f"{path.name}.ack.html").read_text(encoding="utf-8")
    assert (settings.archive / PLIE / path.name).read_bytes() == content
    assert query(settings, "select status, kept_in, kept_as, filed from raw.deliveries") == [
        ("accepted", "archive", path.name, True)
    ]


def test_a_refused_delivery_leaves_what_was_loaded_and_goes_to_quarantine(settings: Settings) -> None:
    a_delivery().land(settings)
    load(settings)
    path = a_delivery(created=LATER, people=2, coverage=("2021-01-01", "2020-01-01")).land(settings)
    assert statuses(load(settings)) == ["refused"]
    assert counts(settings, PLIE)["parcours"] == 4
    assert files(settings, "quarantine") == [f"quarantine/{PLIE}/{path.name}"]
    refusal = acknowledgement(settings, path)
    assert (refusal["status"], refusal["resources"]) == ("refused", [])
    assert [finding["rule"] for finding in refusal["findings"]] == ["T15"]


def test_a_delivery_with_too_many_rejected_rows_is_refused_with_its_counts(settings: Settings) -> None:
    delivery = a_delivery(people=30)
    for line in range(2, 13):
        delivery.set("etapes", line, "cofinance_fse", "?")
    path = delivery.land(settings)
    assert statuses(load(settings)) == ["refused"]
    assert counts(settings, PLIE)["participants"] == 0
    refusal = acknowledgement(settings, path)
    assert [finding["rule"] for finding in refusal["findings"]] == ["T17", "R05"]
    numbers = {"received": 30, "loaded": 0, "rejected": 11, "warned": 0, "added": 0, "changed": 0, "removed": 0}
    assert refusal["resources"][2] == {"name": "etapes"} | numbers
    assert query(settings, "from raw.loaded_plie") == []


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_what_cannot_be_opened_is_not_kept_but_its_fingerprint_is(settings: Settings, content: bytes) -> None:
    path = a_delivery().land(settings)
    path.write_bytes(content)
    assert statuses(load(settings)) == ["refused"]
    assert files(settings, "landing", "archive", "quarantine") == []
    assert query(settings, "select sha256, bytes, kept_in, kept_as from raw.deliveries") == [
        (hashlib.sha256(content).hexdigest(), len(content), None, None)
    ]
    assert column(settings, "select rule from raw.findings") == ["T01"]


def test_the_next_full_delivery_replaces_what_was_loaded_and_counts_the_changes(settings: Settings) -> None:
    a_delivery().land(settings)
    a_delivery(OTHER).land(settings)
    load(settings)
    delivery = a_delivery(created=LATER, people=5).set("etapes", 2, "heures", "521")
    del delivery.rows["sorties"][0]
    path = delivery.land(settings)
    load(settings)
    changed = {
        count["name"]: (count["loaded"], count["added"], count["changed"], count["removed"])
        for count in acknowledgement(settings, path)["resources"]
    }
    assert changed == {
        "participants": (5, 1, 0, 0), "parcours": (5, 1, 0, 0), "etapes": (5, 1, 1, 0), "sorties": (2, 1, 0, 1),
    }  # fmt: skip
    assert counts(settings, PLIE) == {"participants": 5, "parcours": 5, "etapes": 5, "sorties": 2}
    assert counts(settings, OTHER) == {"participants": 4, "parcours": 4, "etapes": 4, "sorties": 2}
    assert column(settings, f"select load_number from raw.loaded_plie where plie_id = '{PLIE}'") == [2]
    assert len(column(settings, f"select distinct delivery_id from raw.etapes where plie_id = '{PLIE}'")) == 1


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


def test_deliveries_of_one_plie_that_wait_together_are_taken_in_their_order(settings: Settings) -> None:
    a_delivery(created=LATER, people=5).land(settings)
    a_delivery(people=3).land(settings)
    a_delivery(OTHER).land(settings)
    outcomes = load(settings)
    assert [(outcome.plie_id, outcome.status) for outcome in outcomes] == [
        (OTHER, "accepted"), (PLIE, "accepted"), (PLIE, "accepted"),
    ]  # fmt: skip
    assert counts(settings, PLIE)["parcours"] == 5
    assert column(settings, f"select load_number from raw.loaded_plie where plie_id = '{PLIE}'") == [2]


def test_only_the_named_plie_are_loaded(settings: Settings) -> None:
    a_delivery().land(settings)
    other = a_delivery(OTHER).land(settings)
    assert [outcome.plie_id for outcome in load(settings, PLIE)] == [PLIE]
    assert other.exists()
    assert [file.path for file in waiting(settings)] == [other]


def test_what_is_being_written_hidden_or_a_survey_workbook_is_left_alone(settings: Settings) -> None:
    folder = settings.landing / PLIE
    for ending in (".part", ".tmp", ".filepart"):
        a_delivery().land(settings, a_delivery().file_name + ending)
    a_delivery().land(settings, ".hidden.zip")
    (folder / "enquete_2021.xlsx").write_bytes(b"workbook")
    (folder / "subfolder").mkdir()
    before = files(settings, "landing")
    assert load(settings) == []
    assert files(settings, "landing") == before
    assert not settings.outbox.exists()


def test_any_other_name_is_a_delivery_with_its_outcome(settings: Settings) -> None:
    a_delivery().land(settings, "export final (2).zip")
    (settings.landing / PLIE / "lisez-moi.txt").write_text("bonjour")
    (settings.landing / PLIE / ("é" * 120 + ".zip")).write_bytes(b"x")
    (settings.landing / PLIE / os.fsdecode(b"\xff\n\x1b.zip")).write_bytes(b"y")
    assert statuses(load(settings)) == ["refused"] * 4
    assert files(settings, "landing") == []
    assert len(list(settings.outbox.rglob("*.ack.json"))) == 4
    assert statuses(load(settings)) == []


def test_a_folder_that_the_register_does_not_know_is_refused(settings: Settings) -> None:
    path = a_delivery("PLIE-59-99").land(settings)
    strange = a_delivery().write(settings.landing / "dépôt de test", "x.zip")
    assert statuses(load(settings)) == ["refused", "refused"]
    assert [finding["rule"] for finding in acknowledgement(settings, path)["findings"]] == ["T05"]
    assert [finding["rule"] for finding in acknowledgement(settings, strange)["findings"]] == ["T05", "T06"]


def test_the_same_file_sent_to_two_plie_is_refused_to_the_wrong_one_only(settings: Settings) -> None:
    a_delivery().land(settings)
    a_delivery().write(settings.landing / OTHER)
    assert {outcome.plie_id: outcome.status for outcome in load(settings)} == {PLIE: "accepted", OTHER: "refused"}
    assert len(set(column(settings, "select delivery_id from raw.deliveries"))) == 2


def test_links_in_landing_are_not_followed(settings: Settings, tmp_path: Path) -> None:
    elsewhere = a_delivery().write(tmp_path / "elsewhere" / PLIE)
    settings.landing.mkdir(parents=True)
    (settings.landing / OTHER).symlink_to(elsewhere.parent, target_is_directory=True)
    (settings.landing / PLIE).mkdir()
    (settings.landing / PLIE / elsewhere.name).symlink_to(elsewhere)
    assert load(settings) == []
    assert elsewhere.exists()


def test_an_empty_or_absent_landing_place_is_no_error(settings: Settings) -> None:
    assert load(settings) == []
    assert not settings.key_file.exists()


def test_one_plie_that_makes_the_load_fail_keeps_no_other_from_loading(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail_for_one(connection: duckdb.DuckDBPyConnection, contract: object, numbers: list[int]) -> None:
        apply(connection, contract, numbers)  # type: ignore[arg-type]
        if connection.execute(f"select count(*) from delivery where plie_id = '{PLIE}'").fetchone() == (1,):
            raise duckdb.ConversionException("a value that must not be logged")

    apply = group.apply
    monkeypatch.setattr(group, "apply", fail_for_one)
    path = a_delivery().land(settings)
    for plie_id in (OTHER, "PLIE-38-02"):
        a_delivery(plie_id).land(settings)
    with caplog.at_level(logging.INFO):
        outcomes = load(settings)
    assert {outcome.plie_id: outcome.status for outcome in outcomes} == {
        OTHER: "accepted", "PLIE-38-02": "accepted", PLIE: "error",
    }  # fmt: skip
    assert "ConversionException" in caplog.text
    assert "must not be logged" not in caplog.text + "".join(outcome.message for outcome in outcomes)
    assert path.exists()
    assert counts(settings, PLIE)["parcours"] == 0
    assert column(settings, f"select count(*) from raw.deliveries where plie_id = '{PLIE}'") == [0]
    assert files(settings, f"outbox/{PLIE}") == []
    monkeypatch.setattr(group, "apply", apply)
    assert statuses(load(settings)) == ["accepted"]


def test_a_file_that_cannot_be_read_stays_in_landing_with_an_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *arguments: object, **named: object) -> object:
        if path.parent.name == PLIE:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *arguments, **named)  # type: ignore[arg-type]

    read = intake.read_delivery
    monkeypatch.setattr(intake, "read_delivery", refuse)
    path = a_delivery().land(settings)
    a_delivery(OTHER).land(settings)
    assert {outcome.plie_id: outcome.status for outcome in load(settings)} == {PLIE: "error", OTHER: "accepted"}
    assert path.exists()


def test_groups_are_split_by_size_without_changing_what_is_loaded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "GROUP_BYTES", 2000)
    sizes = []
    checked = group.check_rows
    monkeypatch.setattr(group, "check_rows", lambda *a, **k: (sizes.append(len(a[2])), checked(*a, **k)))  # type: ignore[func-returns-value]
    plie_ids = [PLIE, OTHER, "PLIE-38-02", "PLIE-38-03"]
    for plie_id in plie_ids:
        a_delivery(plie_id).land(settings)
    assert statuses(load(settings)) == ["accepted"] * 4
    assert sizes == [1, 1, 1, 1]
    assert [counts(settings, plie_id)["etapes"] for plie_id in plie_ids] == [4] * 4


def test_a_file_replaced_while_it_was_loaded_is_another_delivery(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_delivery().land(settings)
    load_group = intake.load_group

    def replaced_meanwhile(*arguments: object) -> object:
        entries = load_group(*arguments)  # type: ignore[arg-type]
        a_delivery(people=6).write(path.parent.parent / "aside").replace(path)
        return entries

    monkeypatch.setattr(intake, "load_group", replaced_meanwhile)
    assert statuses(load(settings)) == ["accepted"]
    assert path.read_bytes() == a_delivery(people=6).zipped()
    assert files(settings, "archive") == []


def test_what_is_received_of_a_person_is_stored_nowhere(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    delivery = a_delivery()
    delivery.rows["etapes"].append(etape(9, of=99))
    path = delivery.land(settings)
    with caplog.at_level(logging.DEBUG):
        load(settings)
    (settings.archive / PLIE / path.name).unlink()
    for number in range(1, 5):
        secret = person(number).encode()
        assert not [file for file in settings.data.rglob("*") if file.is_file() and secret in file.read_bytes()]
        assert person(number) not in caplog.text


def test_outcomes_are_reported_one_by_one(settings: Settings) -> None:
    reported: list[Outcome] = []
    a_delivery().land(settings)
    a_delivery(OTHER).land(settings)
    assert len(waiting(settings)) == 2
    outcomes = load_landing(settings, on_outcome=reported.append, now=lambda: NOW)
    assert reported == outcomes
