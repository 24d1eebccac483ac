"""Files that people send as a workbook: other formats, damage, hostile archives, sheets and columns moved about."""

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest

from ingestion.survey.answers import ANSWERED, REFUSED
from ingestion.survey.form import survey_form
from ingestion.survey.writing import write_workbook
from tests.survey_workbooks import a_survey, as_xlsx, figures, part_of, read, rules_of, with_part


def an_archive(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (OLD_EXCEL, ".xls)"),
        (OLD_EXCEL + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
        (b"financeur;montant_eur\nFSE;12\n", "CSV"),
        (an_archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}), ".ods"),
        (an_archive({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b"x"}), ".xlsb"),
        (an_archive({"participants.csv": b"a;b"}), "abîmé"),
        (an_archive({"[Content_Types].xml": b"<a/>"}), "abîmé"),
        (as_xlsx(a_survey())[:-200], "abîmé"),
        (as_xlsx(a_survey())[:3000], "abîmé"),
        (b"PK\x03\x04" + b"\0" * 50, "abîmé"),
    ],
)
def test_what_is_no_workbook_is_refused_and_told_what_to_send(content: bytes, said: str) -> None:
    (finding,) = read(content).findings
    assert (finding.rule, finding.severity) == ("S01", "refuse")
    assert said in finding.message


def test_a_file_that_is_too_heavy_is_refused_before_it_is_opened() -> None:
    limits = survey_form().limits
    bomb = an_archive({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b" " * (limits.unzipped_bytes + 1)})
    many = an_archive({f"x{number}": b"" for number in range(limits.entries + 1)})
    for content in (bomb, many, b"PK" + b"\0" * limits.zip_bytes):
        assert "plus lourd" in read(content).findings[0].message


def test_a_part_of_a_million_elements_is_refused() -> None:
    sheet = b"<worksheet><sheetData>" + b"<row/>" * 600_000 + b"</sheetData></worksheet>"
    padding = bytes(range(256)) * 200  # keeps the ratio of compression within the limits
    content = with_part(with_part(as_xlsx(a_survey()), "xl/worksheets/sheet1.xml", sheet), "xl/media/a.bin", padding)
    assert rules_of(read(content)) == ["S01"]


@pytest.mark.parametrize(
    "attack",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>',
        b"<a>" * 5000 + b"</a>" * 5000,
        b"<worksheet><sheetData>",
        b"\xff\xfe\x00",
    ],
)
def test_hostile_xml_is_refused(attack: bytes) -> None:
    assert rules_of(read(with_part(as_xlsx(a_survey()), "xl/worksheets/sheet1.xml", attack))) == ["S01"]


def test_a_merged_range_over_the_whole_sheet_costs_nothing() -> None:
    content = as_xlsx(a_survey())
    sheet = part_of(content, "xl/worksheets/sheet1.xml")
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    answers = read(with_part(content, "xl/worksheets/sheet1.xml", sheet.replace(b"</worksheet>", merged)))
    assert answers.sections["funding"] == ANSWERED


def test_a_name_without_a_year_is_refused_and_told_which_name_to_use() -> None:
    (finding,) = read(a_survey(), name="Enquête PLIE.xlsx").findings
    assert finding.rule == "S01"
    assert "enquete_2021.xlsx" in finding.message


def test_a_workbook_without_a_sheet_of_the_survey_is_refused() -> None:
    assert rules_of(read({"Feuil1": [["a", "b"], [1, 2]]})) == ["S01"]


def test_the_empty_template_sent_back_is_refused() -> None:
    (finding,) = read(write_workbook(2021)).findings
    assert finding.rule == "S01"
    assert "aucune réponse" in finding.message


def test_sheets_and_headings_are_known_whatever_their_case_accents_and_order() -> None:
    book = a_survey()
    book["Financements"] = [["commentaire", "Montant EUR", "FINANCEUR"], ["note", 12, "FSE"]]
    book["Équipe"] = book.pop("Equipe")
    book["allocations opérateurs"] = book.pop("Allocations_operateurs")
    answers = read(book)
    assert set(answers.sections.values()) == {ANSWERED}
    assert figures(answers, "funding") == {("FSE", "montant_eur"): Decimal(12)}
    assert [(finding.rule, finding.resource) for finding in answers.findings] == [("S08", "Financements")]


def test_a_title_above_the_headings_does_no_harm() -> None:
    book = a_survey()
    book["Financements"][:0] = [["Nos financements"], []]
    answers = read(book)
    assert rules_of(answers) == []
    assert answers.figures[0].line == 4


@pytest.mark.parametrize("fault", ["sheet", "column", "column twice", "sheet twice"])
def test_a_missing_or_doubled_sheet_or_column_refuses_its_section_alone(fault: str) -> None:
    book: dict[str, list[list[Any]]] = a_survey()
    if fault == "sheet":
        book["Feuil1"] = book.pop("Financements")
    if fault == "column":
        book["Financements"][0] = ["financeur", "somme"]
    if fault == "column twice":
        book["Financements"][0].append("montant_eur")
    if fault == "sheet twice":
        book["FINANCEMENTS "] = book["Financements"]
    answers = read(book)
    refused = [finding for finding in answers.findings if finding.severity == "reject"]
    assert [(finding.rule, finding.resource) for finding in refused] == [("S02", "Financements")]
    assert "Financements" in refused[0].message
    assert answers.sections["funding"] == REFUSED
    assert list(answers.sections.values()).count(ANSWERED) == 7


def test_a_merged_choice_says_the_same_of_each_of_its_lines() -> None:
    book = a_survey()
    book["Financements"] = [["financeur", "montant_eur"], ["FSE", 10], [None, 20], ["État", 5]]
    answers = read(book, lambda workbook: workbook["Financements"].merge_cells("A2:A3"))
    assert figures(answers, "funding") == {("FSE", "montant_eur"): Decimal(30), ("ETAT", "montant_eur"): Decimal(5)}


def test_a_merged_figure_counts_once() -> None:
    book = a_survey()
    book["Financements"] = [["financeur", "montant_eur"], ["FSE", 10], ["État", None]]
    answers = read(book, lambda workbook: workbook["Financements"].merge_cells("B2:B3"))
    assert figures(answers, "funding") == {("FSE", "montant_eur"): Decimal(10)}


def test_empty_lines_between_answers_do_no_harm() -> None:
    book = a_survey()
    book["Financements"][2:2] = [[None, None], ["", "   "]]
    assert rules_of(read(book)) == []


def test_answers_beyond_the_limit_of_lines_refuse_their_sheet() -> None:
    book = a_survey()
    book["Financements"] += [["FSE", 1]] * survey_form().limits.lines
    assert rules_of(read(book)) == ["S02"]


def test_formulas_are_never_evaluated_and_their_stored_results_never_read() -> None:
    content = as_xlsx(a_survey())
    sheet = part_of(content, "xl/worksheets/sheet1.xml")
    cached = sheet.replace(b"<v>300000</v>", b"<f>1+1</f><v>300000</v>")
    assert cached != sheet
    answers = read(with_part(content, "xl/worksheets/sheet1.xml", cached))
    assert rules_of(answers) == ["S03"]
    assert answers.sections["funding"] == REFUSED


@pytest.mark.parametrize(
    ("stated", "name", "plie_id", "said"),
    [
        ([["Année", 2020]], "enquete_2021.xlsx", "PLIE-59-06", "2020"),
        ([["PLIE", "PLIE-59-07"]], "enquete_2021.xlsx", "PLIE-59-06", "PLIE indiqué"),
        ([], "enquete_2021.xlsx", "PLIE-99-99", "registre"),
        ([], "enquete_2031.xlsx", "PLIE-59-06", "2031"),
        ([], "enquete_1066.xlsx", "PLIE-59-06", "1066"),
    ],
)
def test_a_workbook_in_the_wrong_place_is_refused(stated: list[list[Any]], name: str, plie_id: str, said: str) -> None:
    answers = read({"Mode d'emploi": stated, **a_survey()}, name=name, plie_id=plie_id)
    assert [(finding.rule, finding.severity) for finding in answers.findings] == [("S06", "refuse")]
    assert said in answers.findings[0].message
    assert not answers.figures


def test_a_workbook_that_states_the_right_year_and_plie_is_accepted() -> None:
    stated = [["Enquête"], ["Année", 2021], ["PLIE", " plie 59 06 "]]
    assert rules_of(read({"Mode d'emploi": stated, **a_survey()})) == []


def test_a_sheet_added_to_the_form_is_not_read_and_said_so() -> None:
    answers = read({**a_survey(), "Brouillon": [["x", 1]]})
    assert [(finding.rule, finding.severity) for finding in answers.findings] == [("S08", "warn")]
