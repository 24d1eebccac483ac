"""From landing to the warehouse: what becomes of each delivery, of its file, and what its sender gets back."""

from __future__ import annotations

import hashlib
import logging
from datetime import date

import pytest

from ingestion.loading.intake import Outcome, load_landing
from ingestion.loading.landing import waiting
from ingestion.settings import Settings
from tests.deliveries import CREATED, PLIE, a_delivery, etape, person
from tests.ingestion.night import LATER, NOW, OTHER, load, statuses
from tests.warehouse_reading import acknowledgement, column, counts, files, query


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
