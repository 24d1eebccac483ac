"""The workbook that is sent out: its sheets, its lists, what may be typed where; and that it can be read back."""

import io
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from ingestion.survey.form import survey_form
from ingestion.survey.writing import LISTS, write_workbook
from orchestration.cli import app
from tests.survey_workbooks import figures, part_of, read, rules_of

SHEETS = {
    "Financements": ("financeur", "montant_eur"),
    "Allocations_operateurs": ("structure", "montant_eur"),
    "Allocations_operations": ("operation", "montant_eur"),
    "Equipe": ("poste", "effectif", "etp"),
    "Referents_externes": ("structure", "effectif"),
    "Partenaires": ("type", "nombre"),
    "Fiches_actions": ("theme", "titre", "enjeux", "description", "resultats", "partenaires", "nb_participants"),
}
"""Written out here a second time on purpose: it is the public form that PLIE know."""


def test_the_template_has_the_sheets_and_headings_of_the_form() -> None:
    book = load_workbook(io.BytesIO(write_workbook(2021)))
    assert book.sheetnames == ["Mode d'emploi", *SHEETS, LISTS]
    for name, headings in SHEETS.items():
        assert tuple(cell.value for cell in book[name][1]) == headings
    assert book[LISTS].sheet_state == "hidden"


def test_headings_are_locked_answers_are_not_and_there_is_no_password() -> None:
    book = load_workbook(io.BytesIO(write_workbook(2021)))
    for name in SHEETS:
        page = book[name]
        assert page.protection.sheet
        assert page.protection.password is None
        assert all(cell.protection.locked for cell in page[1])
        assert all(not look.protection.locked for look in page.column_dimensions.values())
        assert all(not cell.protection.locked for row in page.iter_rows(min_row=2) for cell in row if cell.value)


def test_each_column_of_choices_has_the_labels_of_its_list() -> None:
    book = load_workbook(io.BytesIO(write_workbook(2021)))
    for sheet in survey_form().sheets:
        (check,) = (c for c in book[sheet.name].data_validations.dataValidation if c.type == "list")
        area = check.formula1.removeprefix(f"{LISTS}!").replace("$", "")
        shown = [cell.value for row in book[LISTS][area] for cell in row]
        assert shown == list(sheet.key.codes.values())
        assert "A2" in check.sqref


def test_no_cell_of_the_template_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(write_workbook(2021)))
    assert not [cell for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_same_year_gives_the_same_bytes() -> None:
    assert write_workbook(2021) == write_workbook(2021)
    assert write_workbook(2021) != write_workbook(2022)


def test_the_template_filled_in_reads_as_it_was_filled_in() -> None:
    book = load_workbook(io.BytesIO(write_workbook(2021)))
    book["Financements"]["B2"] = 1234.5
    book["Equipe"]["B2"], book["Equipe"]["C2"] = 4, 3.5
    book["Mode d'emploi"]["B4"] = "PLIE-59-06"
    content = io.BytesIO()
    book.save(content)
    answers = read(content.getvalue())
    assert rules_of(answers) == []
    (code,) = {figure.code for figure in answers.figures if figure.section == "funding"}
    assert figures(answers, "funding") == {(code, "montant_eur"): Decimal("1234.5")}
    assert list(answers.sections.values()).count("answered") == 2


def test_text_that_begins_like_a_formula_is_written_as_text() -> None:
    line = {"theme": "FREINS", "titre": "=1+1", "enjeux": "+33", "description": "-x", "resultats": "@SUM(A1)"}
    content = write_workbook(2021, "PLIE-59-06", {"Fiches_actions": [line]})
    page = load_workbook(io.BytesIO(content))["Fiches_actions"]
    for cell in page[2][1:5]:
        assert cell.data_type == "s"
        assert cell.quotePrefix
    assert b"<f>" not in part_of(content, "xl/worksheets/sheet8.xml")
    (fiche,) = read(content).fiches
    assert fiche.texts["titre"] == "=1+1"


def test_the_command_writes_the_workbook_of_the_year(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    result = CliRunner().invoke(app, ["survey", "template", "2021", "--output", str(path)])
    assert result.exit_code == 0
    assert path.read_bytes() == write_workbook(2021)


@pytest.mark.office
def test_libreoffice_opens_the_template_and_shows_every_sheet(tmp_path: Path) -> None:
    soffice, pdftotext = shutil.which("soffice"), shutil.which("pdftotext")
    assert soffice, "apt-get install libreoffice-calc"
    assert pdftotext, "apt-get install poppler-utils"
    (tmp_path / "enquete_2021.xlsx").write_bytes(write_workbook(2021))
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    done = subprocess.run(
        [soffice, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "enquete_2021.xlsx"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    told = [line for line in done.stderr.splitlines() if "javaldx" not in line]  # it starts without Java
    assert told == []
    text = subprocess.run(
        [pdftotext, "-layout", str(tmp_path / "enquete_2021.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Enquête annuelle des PLIE – 2021" in text
    for name, headings in SHEETS.items():
        assert name in text
        assert all(heading in text for heading in headings)
    for sheet in survey_form().sheets:
        if sheet.sections:
            assert all(label in text for label in sheet.key.codes.values())


@pytest.mark.office
def test_what_libreoffice_saves_reads_the_same(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    assert soffice, "apt-get install libreoffice-calc"
    lines = {"Financements": [{"financeur": "État", "montant_eur": Decimal("12500.5")}]}
    content = write_workbook(2021, "PLIE-59-06", lines)
    source = tmp_path / "a" / "enquete_2021.xlsx"
    source.parent.mkdir()
    source.write_bytes(content)
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for kind, folder in (("ods", tmp_path / "b"), ("xlsx", tmp_path / "c")):
        subprocess.run(
            [soffice, home, "--headless", "--convert-to", kind, "--outdir", str(folder), str(source)],
            capture_output=True,
            check=True,
            timeout=240,
        )
        source = folder / f"enquete_2021.{kind}"
    assert figures(read((tmp_path / "c" / "enquete_2021.xlsx").read_bytes()), "funding") == {
        ("ETAT", "montant_eur"): Decimal("12500.5")
    }
    assert rules_of(read((tmp_path / "b" / "enquete_2021.ods").read_bytes())) == ["S01"]
