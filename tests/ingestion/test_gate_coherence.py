"""Coherence rules C01 to C10: the row is loaded, and its sender is told what to look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestion.gate import Examination, examine
from ingestion.loading.intake import load_landing
from ingestion.settings import Settings
from tests.deliveries import CREATED, PLIE, Delivery, a_delivery, a_delta, etape, parcours, participant, person, sortie
from tests.warehouse_reading import acknowledgement, counts

NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)
Spoil = Callable[[Delivery], object]


def examined(delivery: Delivery, folder: Path) -> Examination:
    return examine(delivery.write(folder), PLIE, now=NOW)


def found(examination: Examination) -> list[tuple[str, str | None, str | None, tuple[int, ...]]]:
    return [(finding.rule, finding.resource, finding.field, finding.lines) for finding in examination.findings]


def cells(resource: str, line: int, **values: str) -> Spoil:
    return lambda delivery: delivery.rows[resource][line - 2].update(values)


def second_parcours(entry: str) -> Spoil:
    """Person 1, whose first parcours lasts from 2 March 2020 to 15 September 2021, enters once more."""
    return lambda delivery: delivery.rows["parcours"].append(
        parcours(1, parcours_id="P1bis", participant_id=person(1), date_entree=entry)
    )


def case(rule: str, what: str, resource: str, field: str, line: int, spoil: Spoil) -> Any:
    return pytest.param(rule, resource, field, line, spoil, id=f"{rule} {what}")


# Line 3 of sorties is the exit of person 3 on 2021-09-15 from a contract that began on 2021-03-15.
SURPRISING = [
    case("C01", "a day before", "etapes", "date_debut", 3, cells("etapes", 3, date_debut="2020-03-01")),
    case("C02", "a day after", "etapes", "date_debut", 2, cells("etapes", 2, date_debut="2021-09-16", date_fin="")),
    case("C03", "short", "sorties", "date_debut_contrat", 3, cells("sorties", 3, date_debut_contrat="2021-03-16")),
    *(
        case("C04", code, "sorties", "type_contrat", 3, cells("sorties", 3, type_contrat=code))
        for code in ("CDD_MOINS_6", "INTERIM", "AIDE", "CDDI", "SAISONNIER")
    ),
    case("C05", "within", "parcours", "date_entree", 6, second_parcours("2021-01-01")),
    case("C05", "a day before the exit", "parcours", "date_entree", 6, second_parcours("2021-09-14")),
    case("C05", "the same day", "parcours", "date_entree", 6, second_parcours("2020-03-02")),
    case("C05", "earlier, so that the first is the later", "parcours", "date_entree", 2, second_parcours("2019-01-01")),
    case("C06", "5 years", "parcours", "date_entree", 3, cells("parcours", 3, date_entree="2016-12-31")),
    case("C07", "two days", "etapes", "heures", 3, cells("etapes", 3, date_fin="2020-05-05", heures="24,01")),
    case("C07", "open", "etapes", "heures", 3, cells("etapes", 3, date_debut="2021-12-31", date_fin="", heures="12,5")),
    case("C08", "too short", "sorties", "duree_contrat_mois", 3,
         cells("sorties", 3, type_contrat="CDD_6_PLUS", duree_contrat_mois="5")),
    case("C08", "too long", "sorties", "duree_contrat_mois", 3,
         cells("sorties", 3, motif_sortie="AUTRE_POSITIVE", type_contrat="CDD_MOINS_6", duree_contrat_mois="6")),
    case("C09", "nothing", "participants", "participant_id", 6,
         lambda delivery: delivery.rows["participants"].append(participant(5))),
    *(
        case("C10", f"no {column}", "sorties", "secteur_naf", 3, cells("sorties", 3, **{column: ""}))
        for column in ("categorie_employeur", "secteur_naf", "date_debut_contrat")
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "resource", "field", "line", "spoil"), SURPRISING)
def test_a_surprising_row_is_accepted_with_a_warning(
    tmp_path: Path, rule: str, resource: str, field: str, line: int, spoil: Spoil
) -> None:
    delivery = a_delivery()
    spoil(delivery)
    examination = examined(delivery, tmp_path)
    assert found(examination) == [(rule, resource, field, (line,))]
    assert {finding.severity for finding in examination.findings} == {"warn"}
    assert examination.status == "accepted"
    assert examination.warned == dict.fromkeys(delivery.rows, 0) | {resource: 1}
    assert not any(examination.rejected.values())


NOT_SURPRISING: list[tuple[str, Spoil]] = [
    ("C01 on the day of entry", cells("etapes", 3, date_debut="2020-03-02")),
    ("C02 on the day of exit", cells("etapes", 2, date_debut="2021-09-15", date_fin="")),
    ("C03 another motive", cells("sorties", 3, motif_sortie="AUTRE_POSITIVE", date_debut_contrat="2021-09-01")),
    ("C04 self-employed", cells("sorties", 3, type_contrat="INDEPENDANT")),
    ("C04 alternance", cells("sorties", 3, type_contrat="ALTERNANCE")),
    ("C05 on the day of exit", second_parcours("2021-09-15")),
    ("C06 a day under 5 years", cells("parcours", 3, date_entree="2017-01-01")),
    ("C06 with an exit", cells("parcours", 2, date_entree="2010-01-01")),
    ("C07 12 hours a day", cells("etapes", 3, date_fin="2020-05-05", heures="24")),
    ("C07 not supplied", cells("etapes", 3, date_fin="2020-05-04", heures="")),
    ("C08 6 months", cells("sorties", 3, type_contrat="CDD_6_PLUS", duree_contrat_mois="6")),
    ("C10 another motive", cells("sorties", 3, motif_sortie="ABANDON", secteur_naf="", categorie_employeur="")),
]


@pytest.mark.parametrize(("what", "spoil"), NOT_SURPRISING, ids=[what for what, _ in NOT_SURPRISING])
def test_a_row_just_within_a_rule_is_not_warned_about(tmp_path: Path, what: str, spoil: Spoil) -> None:
    delivery = a_delivery()
    spoil(delivery)
    assert found(examined(delivery, tmp_path)) == [], what


def test_three_parcours_of_one_person_are_compared_with_all_that_came_before(tmp_path: Path) -> None:
    delivery = a_delivery()
    delivery.rows["parcours"] += [
        parcours(1, parcours_id="short", date_entree="2020-06-01"),
        parcours(1, parcours_id="later", date_entree="2021-01-01"),
    ]
    delivery.rows["sorties"] += [sortie(0, parcours_id="short", motif_sortie="ABANDON", date_sortie="2020-07-01")]
    assert found(examined(delivery, tmp_path)) == [("C05", "parcours", "date_entree", (6, 7))]


def test_a_rejected_row_is_not_warned_about(tmp_path: Path) -> None:
    delivery = a_delivery().set("etapes", 3, "date_debut", "2020-01-01").set("etapes", 3, "cofinance_fse", "?")
    examination = examined(delivery, tmp_path)
    assert found(examination) == [("R05", "etapes", "cofinance_fse", (3,))]
    assert not any(examination.warned.values())


def test_a_row_with_several_surprises_is_warned_about_once(tmp_path: Path) -> None:
    delivery = (
        a_delivery().set("sorties", 3, "type_contrat", "CDD_MOINS_6").set("sorties", 3, "duree_contrat_mois", "9")
    )
    examination = examined(delivery, tmp_path)
    assert [rule for rule, *_ in found(examination)] == ["C04", "C08"]
    assert examination.warned["sorties"] == 1


def test_a_delta_is_compared_with_what_is_loaded(settings: Settings) -> None:
    first = a_delivery().land(settings)
    load_landing(settings, now=lambda: NOW)
    assert acknowledgement(settings, first)["findings"] == []
    delta = a_delta(
        CREATED + timedelta(hours=1),
        participants=[participant(2), participant(7)],
        parcours=[parcours(2, parcours_id="P2bis", date_entree="2021-01-01")],
        etapes=[etape(8, of=2, date_debut="2020-03-01"), etape(9, of=1, date_debut="2021-10-01", date_fin="")],
    )
    path = delta.land(settings)
    load_landing(settings, now=lambda: NOW)
    answer = acknowledgement(settings, path)
    assert [(finding["rule"], finding["resource"], finding["lines"]) for finding in answer["findings"]] == [
        ("C01", "etapes", [2]),
        ("C02", "etapes", [3]),
        ("C05", "parcours", [2]),
        ("C09", "participants", [3]),
    ]
    assert {count["name"]: (count["loaded"], count["warned"]) for count in answer["resources"]} == {
        "participants": (2, 1),
        "parcours": (1, 1),
        "etapes": (2, 2),
    }
    assert counts(settings, PLIE)["etapes"] == 6


def test_a_delta_examined_without_a_warehouse_is_judged_by_its_own_rows_alone(tmp_path: Path) -> None:
    delta = a_delta(
        CREATED,
        participants=[participant(1)],
        parcours=[parcours(2, date_entree="2010-01-01")],
        etapes=[etape(2, date_debut="2009-01-01")],
    )
    assert found(examined(delta, tmp_path)) == [("C01", "etapes", "date_debut", (2,))]
