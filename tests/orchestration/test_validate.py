"""`plie validate` on the command line: the outcome in French, the acknowledgement as JSON, exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ingestion.acknowledgement.wording import CHECKED_STATUSES, UNKNOWN_TO_A_CHECK, typeset
from ingestion.loading.intake import load_landing
from ingestion.settings import Settings
from orchestration.cli import app
from tests.deliveries import PLIE, Delivery, a_delivery, a_delta, etape
from tests.survey_workbooks import a_survey, as_xlsx


def validate(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["validate", *map(str, arguments)])


def refused_delivery() -> Delivery:
    delivery = a_delivery()
    delivery.descriptor_edits.append(lambda described: described["plie"].update(pseudonymisation="md5"))
    return delivery


def delivery_with_a_reject() -> Delivery:
    return a_delivery(people=20).set("parcours", 3, "age_entree", "12")


def delivery_with_a_warning() -> Delivery:
    return a_delivery(people=20).set("etapes", 4, "heures", "99999")


def test_a_sound_file_would_be_accepted(tmp_path: Path) -> None:
    result = validate(a_delivery().write(tmp_path))
    assert result.exit_code == 0
    assert "Ce fichier serait accepté" in result.output
    assert typeset(CHECKED_STATUSES["accepted"].next_step) in result.output


def test_rejected_rows_are_named_and_are_no_refusal(tmp_path: Path) -> None:
    result = validate(delivery_with_a_reject().write(tmp_path))
    assert result.exit_code == 0
    assert "Ce fichier serait accepté, sauf certaines lignes" in result.output
    assert "R04  Valeur hors bornes" in result.output
    assert "Parcours · colonne age_entree · ligne 3 · attendu\u202f: un entier de 15 à 80" in result.output
    assert "→ Corrigez la fiche dans votre logiciel." in result.output


def test_rows_to_look_at_are_named_and_the_file_would_be_accepted(tmp_path: Path) -> None:
    result = validate(delivery_with_a_warning().write(tmp_path))
    assert result.exit_code == 0
    assert "Points à vérifier" in result.output
    assert "C07" in result.output
    assert "Étapes · colonne heures · ligne 4" in result.output


def test_a_personal_value_is_found_and_shown_nowhere(tmp_path: Path) -> None:
    address = "prenom.nom@example.org"
    result = validate(a_delivery().set("etapes", 3, "etape_id", address).write(tmp_path))
    assert result.exit_code == 1
    assert "P02  Une adresse électronique a été trouvée" in result.output
    assert address not in result.output
    assert "votre fichier est intact" in result.output


def test_a_file_that_would_be_refused_ends_with_exit_code_1(tmp_path: Path) -> None:
    result = validate(refused_delivery().write(tmp_path))
    assert result.exit_code == 1
    assert "Ce fichier serait refusé" in result.output
    assert "T14  Le procédé de pseudonymisation déclaré n’est pas accepté." in result.output


def test_what_only_the_warehouse_knows_is_said_in_one_line(tmp_path: Path) -> None:
    result = validate(a_delivery().write(tmp_path))
    assert typeset(UNKNOWN_TO_A_CHECK) in result.output.splitlines()[-1]


def test_elsewhere_than_on_a_terminal_text_is_plain(tmp_path: Path) -> None:
    output = validate(delivery_with_a_reject().write(tmp_path)).output
    assert "\x1b" not in output
    assert not set(output) & set("│┃━─╭╰")


@pytest.mark.parametrize("make", [a_delivery, delivery_with_a_reject, delivery_with_a_warning, refused_delivery])
def test_json_is_what_the_first_delivery_of_a_plie_gets_from_the_warehouse(
    make: Callable[[], Delivery], settings: Settings, tmp_path: Path
) -> None:
    delivery = make()
    checked = json.loads(validate(delivery.write(tmp_path / "sender"), "--json").stdout)
    delivery.land(settings)
    load_landing(settings)
    received = json.loads((settings.outbox / PLIE / f"{delivery.file_name}.ack.json").read_text(encoding="utf-8"))
    assert checked.keys() == received.keys()
    assert {**checked, "received_at": None} == {**received, "received_at": None}


def test_json_of_a_refused_file_says_so_and_ends_with_exit_code_1(tmp_path: Path) -> None:
    result = validate(refused_delivery().write(tmp_path), "--json")
    assert result.exit_code == 1
    acknowledgement = json.loads(result.stdout)
    assert acknowledgement["status"] == "refused"
    assert acknowledgement["plie_id"] == PLIE
    assert [finding["rule"] for finding in acknowledgement["findings"]] == ["T14"]


def test_a_partial_delivery_is_believed_about_what_is_loaded(tmp_path: Path) -> None:
    delta = a_delta(a_delivery().created, etapes=[etape(9, of=1)])
    result = validate(delta.write(tmp_path))
    assert result.exit_code == 0
    assert "Ce fichier serait accepté" in result.output


def test_nothing_is_written_and_no_warehouse_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLIE_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    path = delivery_with_a_reject().write(tmp_path / "sender")
    before = path.stat()
    validate(path)
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "sender", path]
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_the_plie_is_the_one_of_the_name_unless_it_is_given(tmp_path: Path) -> None:
    path = a_delivery().write(tmp_path)
    assert validate(path, "--plie", PLIE).exit_code == 0
    other = validate(path, "--plie", "PLIE-75-01", "--json")
    assert other.exit_code == 1
    acknowledgement = json.loads(other.stdout)
    assert [finding["rule"] for finding in acknowledgement["findings"]] == ["T05"]
    assert acknowledgement["plie_id"] == "PLIE-75-01"


def test_a_name_that_is_not_the_contracts_is_refused_and_not_taken_for_a_plie(tmp_path: Path) -> None:
    result = validate(a_delivery().write(tmp_path, "export_final.zip"), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["plie_id"] == "inconnu"


def test_a_link_to_a_file_is_followed_and_keeps_its_own_name(tmp_path: Path) -> None:
    delivery = a_delivery()
    path = delivery.write(tmp_path, "autre.zip")
    link = tmp_path / delivery.file_name
    link.symlink_to(path)
    assert validate(link).exit_code == 0


def test_names_from_the_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = a_delivery().write(tmp_path, "\x1b[31mrouge\x07[bold].zip")
    output = validate(path).output
    assert "\x1b" not in output
    assert "\x07" not in output
    assert "[bold].zip" in output


@pytest.mark.parametrize(
    "arguments",
    [[], ["absent.zip"], ["."], ["--web", __file__], ["--web", "--json"], ["--port", "70000", "--web"]],
    ids=" ".join,
)
def test_wrong_use_ends_with_exit_code_2(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert validate(*arguments).exit_code == 2


def test_a_text_file_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / a_delivery().file_name
    path.write_text("participant_id;sexe\n")
    result = validate(path)
    assert result.exit_code == 1
    assert "T01" in result.output


def test_a_workbook_of_the_survey_is_checked_by_the_rules_of_the_survey(tmp_path: Path) -> None:
    book = a_survey()
    path = tmp_path / "enquete_2021.xlsx"
    path.write_bytes(as_xlsx(book))
    assert validate(path).exit_code == 0
    book["Equipe"][1] = ["EQUIPE_INTERNE", 9, 12]
    path.write_bytes(as_xlsx(book))
    result = validate(path, "--json")
    acknowledgement = json.loads(result.output)
    assert result.exit_code == 0
    assert acknowledgement["status"] == "accepted_with_rejects"
    assert [finding["rule"] for finding in acknowledgement["findings"]] == ["S05"]


def test_a_workbook_that_cannot_be_read_would_be_refused(tmp_path: Path) -> None:
    path = tmp_path / "enquete_2021.xlsx"
    path.write_bytes(b"no workbook")
    result = validate(path)
    assert result.exit_code == 1
    assert "S01" in result.output
