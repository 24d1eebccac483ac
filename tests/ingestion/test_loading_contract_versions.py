"""A second version of the contract comes in beside 1.0 as a folder of its own; 1.0 goes on as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import known_contracts, model
from ingestion.loading.intake import load_landing
from ingestion.settings import Settings
from tests.deliveries import PLIE, Delivery, a_delivery
from tests.warehouse_reading import acknowledgement, query

NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)
OTHER = "PLIE-13-01"

RULES_OF_1_1 = """
[[rule]]
code = "R11"
resource = "sorties"
field = "date_debut_contrat"
fails_when = "sorties.date_debut_contrat > sorties.date_sortie"
"""


def edited(path: Path, **changes: Any) -> None:
    members = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(members | changes), encoding="utf-8")


@pytest.fixture
def second_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Version 1.1, made up: steps have a `lieu`, and other rules hold than in 1.0."""
    folder = tmp_path / "contracts"
    shutil.copytree(model.FOLDER / "v1_0", folder / "v1_0")
    shutil.copytree(model.FOLDER / "v1_0", folder / "v1_1")
    edited(folder / "v1_1" / "contract.json", version="1.1")
    etapes = folder / "v1_1" / "etapes.schema.json"
    fields = json.loads(etapes.read_text(encoding="utf-8"))["fields"]
    lieu = {"name": "lieu", "type": "string", "title": "Lieu", "constraints": {"pattern": "^[A-Z]{2}$"}}
    edited(etapes, fields=[*fields, lieu])
    (folder / "v1_1" / "row_rules.toml").write_text(RULES_OF_1_1, encoding="utf-8")
    monkeypatch.setattr(model, "FOLDER", folder)
    known_contracts.cache_clear()
    yield
    monkeypatch.undo()
    known_contracts.cache_clear()


def in_version_1_1() -> Delivery:
    delivery = a_delivery(OTHER, contract="1.1")
    for line, lieu in enumerate(("LI", "", "li", "PA"), start=2):
        delivery.set("etapes", line, "lieu", lieu)
    return delivery


@pytest.mark.usefixtures("second_version")
def test_deliveries_of_both_versions_load_in_one_night_each_by_its_own_rules(settings: Settings) -> None:
    def spoil(delivery: Delivery) -> Delivery:
        return delivery.set("etapes", 2, "date_fin", "2020-01-01").set("sorties", 2, "date_debut_contrat", "2021-12-01")

    old = spoil(a_delivery()).land(settings)
    new = spoil(in_version_1_1()).land(settings)
    load_landing(settings, now=lambda: NOW)

    def found(path: Path) -> list[tuple[str, str, list[int]]]:
        findings = acknowledgement(settings, path)["findings"]
        rejecting = [finding for finding in findings if finding["severity"] == "reject"]
        return [(finding["rule"], finding["resource"], finding["lines"]) for finding in rejecting]

    assert found(old) == [("R11", "etapes", [2])]
    assert found(new) == [("R03", "etapes", [4]), ("R11", "sorties", [2])]
    assert acknowledgement(settings, new)["contract"] == "1.1"
    assert query(settings, f"select etape_id, lieu from raw.etapes where plie_id = '{OTHER}' order by line") == [
        ("E1", "LI"), ("E2", None), ("E4", "PA"),
    ]  # fmt: skip
    assert query(settings, f"select distinct lieu from raw.etapes where plie_id = '{PLIE}'") == [(None,)]


def test_a_warehouse_of_1_0_takes_in_1_1_when_it_comes(settings: Settings, request: pytest.FixtureRequest) -> None:
    a_delivery().land(settings)
    load_landing(settings, now=lambda: NOW)
    request.getfixturevalue("second_version")
    in_version_1_1().land(settings)
    load_landing(settings, now=lambda: NOW)
    assert query(settings, "select count(*), count(lieu) from raw.etapes") == [(7, 2)]
