"""Row rules R01 to R12: one bad row of each kind, and the finding, with its line, that it gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.gate import Examination, examine
from tests.deliveries import CREATED, PLIE, Delivery, a_delivery, a_delta, etape, participant, person, sortie

NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)
Spoil = Callable[[Delivery], object]


def examined(delivery: Delivery, folder: Path) -> Examination:
    return examine(delivery.write(folder), PLIE, now=NOW)


def found(examination: Examination) -> list[tuple[str, str | None, str | None, tuple[int, ...]]]:
    """Findings that reject rows; warnings have tests of their own."""
    return [
        (finding.rule, finding.resource, finding.field, finding.lines)
        for finding in examination.findings
        if finding.severity != "warn"
    ]


def cell(resource: str, line: int, column: str, value: str) -> Spoil:
    return lambda delivery: delivery.set(resource, line, column, value)


def added(resource: str, row: dict[str, str]) -> Spoil:
    return lambda delivery: delivery.rows[resource].append(row)


def case(rule: str, resource: str, field: str, line: int, value: str) -> Any:
    return pytest.param(
        rule, resource, field, line, cell(resource, line, field, value), id=f"{rule} {resource}.{field} = {value!r}"
    )


def special(rule: str, resource: str, field: str, line: int, spoil: Spoil, what: str) -> Any:
    return pytest.param(rule, resource, field, line, spoil, id=f"{rule} {what}")


# Line 3 of a resource is row 2; person 2 has no exit, so that nothing else depends on step 2.
SPOILED = [
    case("R01", "etapes", "etape_id", 3, ""),
    case("R01", "etapes", "type_etape", 3, ""),
    case("R01", "etapes", "date_debut", 3, ""),
    case("R01", "sorties", "motif_sortie", 3, ""),
    case("R02", "etapes", "date_debut", 3, "04/05/2020"),
    case("R02", "parcours", "age_entree", 5, "34,0"),
    case("R02", "etapes", "heures", 3, "520.5"),
    case("R03", "etapes", "etape_id", 3, "E 2"),
    case("R03", "etapes", "etape_id", 3, "É2"),
    case("R03", "etapes", "etape_id", 3, "E" * 41),
    case("R04", "parcours", "date_entree", 5, "1990-05-31"),
    case("R04", "parcours", "age_entree", 5, "14"),
    case("R04", "parcours", "age_entree", 5, "81"),
    case("R04", "parcours", "age_entree", 5, "-34"),
    case("R04", "parcours", "age_entree", 5, "9" * 30),
    case("R04", "parcours", "niveau_formation", 5, "0"),
    case("R04", "parcours", "niveau_formation", 5, "9"),
    case("R04", "parcours", "duree_inscription_mois", 5, "601"),
    case("R04", "sorties", "duree_contrat_mois", 3, "121"),
    case("R04", "etapes", "heures", 3, "-0,5"),
    case("R04", "etapes", "heures", 3, "9" * 400),
    case("R05", "etapes", "type_etape", 3, "STAGE"),
    case("R05", "etapes", "type_etape", 3, "emploi"),
    case("R05", "etapes", "type_contrat", 3, " CDI"),
    case("R05", "etapes", "structure_accueil", 3, "' or true --"),
    case("R05", "etapes", "cofinance_fse", 3, "OUI"),
    case("R05", "parcours", "prescripteur", 5, "PE"),
    case("R05", "parcours", "rqth", 5, "inconnu"),
    case("R05", "sorties", "motif_sortie", 3, "MUTATION"),
    case("R05", "sorties", "categorie_employeur", 3, "X"),
    case("R05", "sorties", "secteur_naf", 3, "Z"),
    case("R07", "etapes", "parcours_id", 3, "P99"),
    case("R07", "sorties", "parcours_id", 3, "P99"),
    case("R08", "etapes", "type_contrat", 3, ""),
    special("R08", "etapes", "type_contrat", 3, cell("etapes", 3, "structure_accueil", ""), "without host"),
    special("R09", "sorties", "type_contrat", 3, cell("sorties", 3, "type_contrat", ""), "without contract"),
    case("R10", "sorties", "date_sortie", 3, "2020-03-01"),
    case("R11", "etapes", "date_fin", 3, "2020-05-03"),
    case("R12", "etapes", "date_debut", 3, "2022-01-01"),
    case("R12", "sorties", "date_sortie", 3, "2022-01-01"),
]

NOT_READ = [
    ("etapes", "date_debut", [
        "2020-5-4", "20200504", "2020-02-30", "2020-05-04 ", " 2020-05-04", "2020-05-04T00:00", "2020-13-01",
        "0000-01-01", "infinity", "epoch", "today", "02020-05-04", "-020-05-04", "2020/05/04", "x", "2021-02-29",
        "２０２０-05-04",
    ]),
    ("parcours", "age_entree", [
        "34.0", "+34", "3 4", "34 ", "1e1", "0x22", "trente", "--34", "³⁴", "٣٤", "NaN", "1_0", "-", "34,", "true",
    ]),
    ("etapes", "heures", [
        "1 520,5", "1.520,5", "5,2e2", "NaN", "inf", "-inf", ",5", "520,", "+5", "5,,2", "5,2,1", "-", "1 520", "5e1",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "resource", "field", "line", "spoil"), SPOILED)
def test_a_row_spoiled_in_one_way_is_rejected_for_that(
    tmp_path: Path, rule: str, resource: str, field: str, line: int, spoil: Spoil
) -> None:
    delivery = a_delivery()
    # Parcours 4, on line 5, has no step and no exit: rejecting it takes nothing else with it.
    del delivery.rows["etapes"][3]
    delivery.set("etapes", 3, "date_fin", "" if rule == "R12" else "2020-11-03")
    spoil(delivery)
    examination = examined(delivery, tmp_path)
    assert found(examination) == [(rule, resource, field, (line,))]
    assert examination.status == "accepted_with_rejects"
    assert examination.rejected == dict.fromkeys(delivery.rows, 0) | {resource: 1}
    assert examination.accepted[resource].num_rows == len(delivery.rows[resource]) - 1


@pytest.mark.parametrize(("resource", "field", "values"), NOT_READ)
def test_nothing_looser_than_the_contract_is_read(tmp_path: Path, resource: str, field: str, values: list[str]) -> None:
    delivery = a_delivery(people=20 * len(values))
    for line, value in enumerate(values, start=3):
        delivery.set(resource, line, field, value).set("etapes", line, "date_fin", "")
    (unread, *others) = examined(delivery, tmp_path).findings
    assert (unread.rule, unread.resource, unread.field) == ("R02", resource, field)
    assert (unread.count, unread.lines) == (len(values), tuple(range(3, 3 + len(values))))
    assert {finding.rule for finding in others} <= {"R07", "C09"}


def test_a_row_with_several_faults_is_one_rejected_row_with_several_findings(tmp_path: Path) -> None:
    delivery = a_delivery().set("etapes", 3, "heures", "beaucoup").set("etapes", 3, "cofinance_fse", "peut-être")
    delivery.set("etapes", 3, "type_contrat", "")
    examination = examined(delivery, tmp_path)
    assert found(examination) == [
        ("R02", "etapes", "heures", (3,)),
        ("R05", "etapes", "cofinance_fse", (3,)),
        ("R08", "etapes", "type_contrat", (3,)),
    ]
    assert examination.rejected["etapes"] == 1


def test_every_row_of_a_repeated_key_is_rejected_even_beside_a_bad_one(tmp_path: Path) -> None:
    delivery = a_delivery()
    delivery.rows["etapes"] += [etape(2), etape(2, heures="x")]
    examination = examined(delivery, tmp_path)
    assert found(examination) == [("R02", "etapes", "heures", (7,)), ("R06", "etapes", "etape_id", (3, 6, 7))]
    assert examination.rejected["etapes"] == 3


def test_what_depends_on_a_rejected_participant_is_rejected_in_turn(tmp_path: Path) -> None:
    examination = examined(a_delivery().set("participants", 2, "sexe", "X"), tmp_path)
    assert found(examination) == [
        ("R05", "participants", "sexe", (2,)),
        ("R07", "parcours", "participant_id", (2,)),
        ("R07", "etapes", "parcours_id", (2,)),
        ("R07", "sorties", "parcours_id", (2,)),
    ]
    assert examination.rejected == {"participants": 1, "parcours": 1, "etapes": 1, "sorties": 1}


@pytest.mark.parametrize("value", [person(2).upper(), person(2)[:-1], person(2) + "0", "2" * 63 + "g"])
def test_a_participant_is_told_by_64_hexadecimal_digits(tmp_path: Path, value: str) -> None:
    delivery = a_delivery().set("participants", 3, "participant_id", value)
    assert ("R03", "participants", "participant_id", (3,)) in found(examined(delivery, tmp_path))


def test_the_participant_of_a_parcours_is_told_alike(tmp_path: Path) -> None:
    delivery = a_delivery().set("parcours", 3, "participant_id", "Jeanne")
    assert ("R03", "parcours", "participant_id", (3,)) in found(examined(delivery, tmp_path))


def test_an_entry_after_the_delivery_is_rejected_with_what_depends_on_it(tmp_path: Path) -> None:
    examination = examined(a_delivery().set("parcours", 3, "date_entree", "2022-01-01"), tmp_path)
    assert ("R12", "parcours", "date_entree", (3,)) in found(examination)
    assert ("R07", "etapes", "parcours_id", (3,)) in found(examination)


def test_two_exits_of_one_parcours_are_a_repeated_key(tmp_path: Path) -> None:
    delivery = a_delivery()
    delivery.rows["sorties"].append(sortie(1, motif_sortie="ABANDON"))
    assert found(examined(delivery, tmp_path)) == [("R06", "sorties", "parcours_id", (2, 4))]


def test_the_awkward_but_sound_is_accepted(tmp_path: Path) -> None:
    delivery = a_delivery()
    delivery.rows["participants"].append(participant(5))
    delivery.set("sorties", 2, "date_sortie", "2020-03-02")
    delivery.set("sorties", 3, "date_sortie", "2021-12-31")
    delivery.set("etapes", 2, "date_fin", "2020-05-04")
    delivery.set("etapes", 3, "date_fin", "2030-01-01")
    delivery.set("etapes", 4, "heures", "0").set("etapes", 5, "heures", "0007,50")
    delivery.set("parcours", 2, "date_entree", "1990-06-01").set("parcours", 3, "age_entree", "080")
    for column in ("age_entree", "niveau_formation", "duree_inscription_mois", "brsa", "qpv", "prescripteur"):
        delivery.set("parcours", 5, column, "")
    examination = examined(delivery, tmp_path)
    assert (examination.status, found(examination)) == ("accepted", [])
    hours = examination.accepted["etapes"].sort_by("line")["heures"].to_pylist()
    assert hours == [520.5, 520.5, 0.0, 7.5]
    assert examination.accepted["parcours"].sort_by("line")["date_entree"][0].as_py() == date(1990, 6, 1)
    assert examination.accepted["parcours"].sort_by("line")["age_entree"].to_pylist() == [34, 80, 34, None]


def test_a_finding_counts_all_and_names_the_first_20_lines(tmp_path: Path) -> None:
    delivery = a_delivery(people=500)
    for line in range(2, 26):
        delivery.set("etapes", line, "cofinance_fse", "?")
    (finding,) = examined(delivery, tmp_path).findings
    assert (finding.count, finding.lines) == (24, tuple(range(2, 22)))


def test_r02_says_what_was_expected(tmp_path: Path) -> None:
    delivery = a_delivery().set("etapes", 2, "heures", "1.5").set("etapes", 3, "date_fin", "x")
    assert [finding.message for finding in examined(delivery, tmp_path).findings] == [
        "Valeur illisible : une date AAAA-MM-JJ attendu.",
        "Valeur illisible : un nombre (virgule décimale) attendu.",
    ]


def test_more_than_5_percent_of_the_rows_and_more_than_10_refuse_the_delivery(tmp_path: Path) -> None:
    def with_bad_steps(bad: int, people: int) -> Examination:
        delivery = a_delivery(people=people)
        for line in range(2, 2 + bad):
            delivery.set("etapes", line, "cofinance_fse", "?")
        return examined(delivery, tmp_path)

    assert with_bad_steps(10, 20).status == "accepted_with_rejects"
    assert with_bad_steps(11, 220).status == "accepted_with_rejects"
    refused = with_bad_steps(11, 219)
    assert refused.status == "refused"
    assert [(finding.rule, finding.resource) for finding in refused.findings] == [("T17", "etapes"), ("R05", "etapes")]
    assert refused.findings[0].message.startswith("Trop de lignes rejetées dans etapes (11 sur 219)")


def test_rows_rejected_for_another_row_count_towards_refusal(tmp_path: Path) -> None:
    delivery = a_delivery(people=100)
    for line in range(2, 13):
        delivery.set("participants", line, "sexe", "?")
    examination = examined(delivery, tmp_path)
    assert [finding.resource for finding in examination.findings if finding.rule == "T17"] == [
        "participants",
        "parcours",
        "etapes",
    ]


def test_without_a_warehouse_a_delta_may_refer_to_what_it_does_not_hold(tmp_path: Path) -> None:
    examination = examined(a_delta(CREATED, etapes=[etape(9, of=77)]), tmp_path)
    assert (examination.status, examination.findings) == ("accepted", ())


def test_but_never_to_a_row_of_its_own_that_is_rejected(tmp_path: Path) -> None:
    rows = a_delivery().rows
    delta = a_delta(CREATED, parcours=rows["parcours"], etapes=rows["etapes"]).set("parcours", 2, "qpv", "?")
    assert found(examined(delta, tmp_path)) == [
        ("R05", "parcours", "qpv", (2,)),
        ("R07", "etapes", "parcours_id", (2,)),
    ]
