"""What is personal gets in nowhere: the delivery is destroyed, and the value stands in no byte below the data root."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.gate import examine
from ingestion.loading.intake import load_landing
from ingestion.settings import Settings
from tests.deliveries import PLIE, Delivery, a_delivery, zipped
from tests.warehouse_reading import acknowledgement, column, counts, files, query

NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)
NIR = "255081416802538"
TELEPHONE = "06 12 34 56 78"
EMAIL = "jeanne.dupont@example.org"
IBAN = "FR1420041010050500013M02606"

Spoil = Callable[[Delivery], object]


def cell(value: str) -> Spoil:
    return lambda delivery: delivery.set("etapes", 3, "structure_accueil", value)


def entry(name: str, content: bytes) -> Spoil:
    return lambda delivery: delivery.entries_edits.append(lambda entries: entries.update({name: content}))


def described(**changes: str) -> Spoil:
    return lambda delivery: delivery.descriptor_edits.append(
        lambda members: members["plie"].update(producer={"name": "Essai", "version": "1"} | changes)
    )


def undecodable(delivery: Delivery) -> None:
    delivery.contents["etapes"] = delivery.content("etapes").replace(b"ENTREPRISE", b"\xff").replace(
        b"ACI", TELEPHONE.encode(), 1
    )  # fmt: skip


def malformed_header(delivery: Delivery) -> None:
    delivery.contents["sorties"] = f"x;{EMAIL}\n1;2\n".encode()


PERSONAL: list[tuple[str, str, str, Spoil]] = [
    ("P01", "in a cell", NIR, cell(NIR)),
    ("P02", "in a cell", EMAIL, cell(EMAIL)),
    ("P03", "in a cell", TELEPHONE, cell(TELEPHONE)),
    ("P06", "in a cell", IBAN, cell(IBAN)),
    ("P02", "in an undeclared file", EMAIL, entry("notes.txt", f"Contact : {EMAIL}".encode())),
    ("P03", "in the descriptor", TELEPHONE, described(version=TELEPHONE)),
    ("P02", "in the descriptor's producer", EMAIL, described(name=EMAIL)),
    ("P02", "in a header", EMAIL, malformed_header),
    ("P03", "in a malformed file", TELEPHONE, undecodable),
    ("P03", "in a broken descriptor", TELEPHONE, entry("datapackage.json", f'{{"x": "{TELEPHONE}"'.encode())),
    ("P03", "in the name of a file", "0612345678", entry("0612345678.csv", b"a;b\n")),
]


def bytes_below(settings: Settings) -> bytes:
    """Every byte of every file below the data root, those inside archives unpacked too."""
    content = b""
    for path in settings.data.rglob("*"):
        if path.is_file():
            content += path.name.encode() + path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    content += b"".join(archive.read(name) for name in archive.namelist())
    return content


@pytest.mark.parametrize(
    ("rule", "value", "spoil"),
    [pytest.param(rule, value, spoil, id=f"{rule} {where}") for rule, where, value, spoil in PERSONAL],
)
def test_a_personal_value_refuses_the_delivery_and_is_nowhere_afterwards(
    settings: Settings, caplog: pytest.LogCaptureFixture, rule: str, value: str, spoil: Spoil
) -> None:
    delivery = a_delivery()
    spoil(delivery)
    path = delivery.land(settings)
    with caplog.at_level(logging.DEBUG):
        (outcome,) = load_landing(settings, now=lambda: NOW)
    assert outcome.status == "refused"
    assert rule in column(settings, "select rule from raw.findings")
    assert acknowledgement(settings, path)["status"] == "refused"
    assert files(settings, "landing", "archive", "quarantine") == []
    assert query(settings, "select kept_in, kept_as, length(sha256), bytes > 0 from raw.deliveries") == [
        (None, None, 64, True)
    ]
    for form in {value, value.replace(" ", "")}:
        assert form.encode() not in bytes_below(settings)
        assert form not in caplog.text + str(outcome)


def test_a_finding_says_where_but_not_what(settings: Settings) -> None:
    path = a_delivery().set("etapes", 3, "structure_accueil", EMAIL).land(settings)
    load_landing(settings, now=lambda: NOW)
    (finding,) = acknowledgement(settings, path)["findings"]
    where = {"resource": "etapes", "field": "structure_accueil", "count": 1, "lines": [3]}
    message = (
        "Une adresse électronique a été trouvée (etapes ; structure_accueil ; ligne 3). La livraison a été détruite."
    )
    assert finding == {"rule": "P02", "severity": "refuse", "message": message} | where


def test_each_column_has_its_finding_and_every_hit_is_counted(tmp_path: Path) -> None:
    delivery = a_delivery(people=300)
    for line in range(2, 302):
        delivery.set("etapes", line, "structure_accueil", EMAIL)
    delivery.set("sorties", 2, "type_contrat", EMAIL)
    findings = examine(delivery.write(tmp_path), PLIE, now=NOW).findings
    assert [(finding.resource, finding.field, finding.count) for finding in findings] == [
        ("etapes", "structure_accueil", 300),
        ("sorties", "type_contrat", 1),
    ]
    assert findings[0].lines == tuple(range(2, 22))


def test_a_column_of_identity_destroys_the_delivery(settings: Settings) -> None:
    delivery = a_delivery()
    delivery.contents["participants"] = delivery.content("participants").replace(b"sexe", b"sexe;nom", 1)
    path = delivery.land(settings)
    load_landing(settings, now=lambda: NOW)
    findings = acknowledgement(settings, path)["findings"]
    assert [finding["rule"] for finding in findings] == ["T11", "P04"]
    assert findings[1]["message"] == (
        "Une colonne nominative a été trouvée : nom (participants). La livraison a été détruite."
    )
    assert files(settings, "quarantine") == []


def test_predictable_pseudonyms_are_none(settings: Settings) -> None:
    delivery = a_delivery()
    for resource in ("participants", "parcours"):
        delivery.set(resource, 2, "participant_id", "0" * 64)
    path = delivery.land(settings)
    load_landing(settings, now=lambda: NOW)
    assert {finding["rule"] for finding in acknowledgement(settings, path)["findings"]} == {"P05"}
    assert counts(settings, PLIE)["participants"] == 0


def test_the_same_personal_delivery_again_is_a_duplicate_and_destroyed_too(settings: Settings) -> None:
    for expected in ("refused", "duplicate"):
        a_delivery().set("etapes", 3, "structure_accueil", EMAIL).land(settings)
        assert [outcome.status for outcome in load_landing(settings, now=lambda: NOW)] == [expected]
        assert EMAIL.encode() not in bytes_below(settings)


def test_a_delivery_refused_for_another_reason_is_searched_too(settings: Settings) -> None:
    delivery = a_delivery(coverage=("2021-01-01", "2020-01-01")).set("etapes", 3, "structure_accueil", EMAIL)
    path = delivery.land(settings)
    load_landing(settings, now=lambda: NOW)
    assert [finding["rule"] for finding in acknowledgement(settings, path)["findings"]] == ["T15", "P02"]
    assert files(settings, "quarantine") == []


@pytest.mark.parametrize("content", [zipped({"a.csv": b"x"}), bytes(range(256)) * 20])
def test_what_could_not_be_searched_is_refused_without_being_kept(settings: Settings, content: bytes) -> None:
    delivery = a_delivery()
    entry("export.bin", content)(delivery)
    delivery.land(settings)
    assert [outcome.status for outcome in load_landing(settings, now=lambda: NOW)] == ["refused"]
    assert files(settings, "landing", "quarantine") == []


@pytest.mark.parametrize("name", [f"{EMAIL}.zip", "0612345678.zip", f"{NIR}.zip", f"export {TELEPHONE}.zip"])
def test_a_file_name_that_holds_something_personal_is_written_nowhere(
    settings: Settings, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    a_delivery().land(settings, name)
    with caplog.at_level(logging.DEBUG):
        (outcome,) = load_landing(settings, now=lambda: NOW)
    assert outcome.status == "refused"
    value = name.removesuffix(".zip").removeprefix("export ")
    assert value.encode() not in bytes_below(settings)
    assert value not in caplog.text + str(outcome)
    assert files(settings, "landing") == []
    assert files(settings, "quarantine", "outbox") == [
        f"outbox/{PLIE}/nom-masque.zip.ack.html",
        f"outbox/{PLIE}/nom-masque.zip.ack.json",
        f"quarantine/{PLIE}/nom-masque.zip",
    ]
