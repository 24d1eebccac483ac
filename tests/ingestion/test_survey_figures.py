"""What people type into the sheets of figures, and what is made of it."""

import datetime as dt
from decimal import Decimal

import pytest

from ingestion.survey.answers import ANSWERED, EMPTY, REFUSED
from tests.survey_workbooks import a_survey, figures, read, rules_of


def test_a_sound_workbook_answers_every_section_and_has_no_finding() -> None:
    answers = read(a_survey())
    assert rules_of(answers) == []
    assert set(answers.sections.values()) == {ANSWERED}
    assert figures(answers, "funding") == {
        ("FSE", "montant_eur"): Decimal("300000"),
        ("COMMUNES_EPCI", "montant_eur"): Decimal("150000.50"),
        ("ETAT", "montant_eur"): Decimal(0),
    }
    assert figures(answers, "team_internal") == {
        ("EQUIPE_INTERNE", "effectif"): Decimal(9),
        ("EQUIPE_INTERNE", "etp"): Decimal("7.5"),
    }
    assert [fiche.theme for fiche in answers.fiches] == ["FREINS"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12 500 €", "12500"),
        ("12 500,50", "12500.50"),
        ("12\u202f500,5", "12500.50"),
        ("12\u00a0500\u00a0€", "12500"),
        ("€ 12500", "12500"),
        ("12500 EUR", "12500"),
        ("12500 euros", "12500"),
        ("  12500  ", "12500"),
        ("12500.5", "12500.50"),
        ("12.500,50", "12500.50"),
        ("12,500.50", "12500.50"),
        ("1.250.000", "1250000"),
        ("1'250'000", "1250000"),
        ("１２５００", "12500"),
        ("0", "0"),
        (0, "0"),
        (12500.5, "12500.50"),
        (0.1 + 0.2, "0.30"),
        (1e5, "100000"),
    ],
)
def test_an_amount_is_read_as_it_was_meant(typed: object, meant: str) -> None:
    book = a_survey()
    book["Financements"] = [["financeur", "montant_eur"], ["FSE", typed]]
    answers = read(book)
    assert rules_of(answers) == []
    assert figures(answers, "funding") == {("FSE", "montant_eur"): Decimal(meant)}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12.500", "deux façons"),
        ("12,500", "deux façons"),
        ("-5", "négatif"),
        (-5, "négatif"),
        ("− 5", "négatif"),
        ("(500)", "négatif"),
        (12.345, "deux décimales"),
        ("12,5 %", "pourcentage"),
        ("12 k€", "un texte"),
        ("environ 12000", "un texte"),
        ("1 2", "un texte"),
        ("1E5", "un texte"),
        ("+12", "un texte"),
        ("@12", "un texte"),
        ("=SUM(B2:B3)", "formule"),
        (True, "VRAI"),
        (dt.date(2021, 3, 1), "une date"),
        (1e20, "trop grand"),
        (1e-20, "deux décimales"),
    ],
)
def test_what_is_no_amount_refuses_its_section_alone_and_says_why(typed: object, said: str) -> None:
    book = a_survey()
    book["Financements"][2][1] = typed
    answers = read(book)
    (finding,) = answers.findings
    assert (finding.rule, finding.severity, finding.resource) == ("S03", "reject", "Financements")
    assert (finding.field, finding.lines) == ("montant_eur", (3,))
    assert said in finding.message
    assert answers.sections["funding"] == REFUSED
    assert not figures(answers, "funding")
    assert set(answers.sections.values()) == {ANSWERED, REFUSED}
    assert list(answers.sections.values()).count(REFUSED) == 1


def test_a_percentage_by_its_format_is_no_amount() -> None:
    def as_percent(workbook: object) -> None:
        workbook["Financements"]["B2"].number_format = "0.0%"  # type: ignore[index]

    answers = read(a_survey(), as_percent)
    assert rules_of(answers) == ["S03"]
    assert "pourcentage" in answers.findings[0].message


def test_a_headcount_is_a_whole_number() -> None:
    book = a_survey()
    book["Partenaires"][1][1] = 12.5
    assert "entier" in read(book).findings[0].message


def test_each_line_of_the_team_is_a_section_by_itself() -> None:
    book = a_survey()
    book["Equipe"][2] = ["REFERENTS_INTERNES", 2, 3]
    answers = read(book)
    assert rules_of(answers) == ["S05"]
    assert (answers.findings[0].field, answers.findings[0].lines) == ("etp", (3,))
    assert answers.sections["referents_internal"] == REFUSED
    assert answers.sections["team_internal"] == answers.sections["referents_external"] == ANSWERED


@pytest.mark.parametrize("word", ["communes, epci", "COMMUNES_EPCI", "  Communes  , EPCI ", "Communes EPCI"])
def test_a_choice_is_known_by_its_code_or_its_label_however_it_is_spelt(word: str) -> None:
    book = a_survey()
    book["Financements"] = [["financeur", "montant_eur"], [word, 10]]
    assert figures(read(book), "funding") == {("COMMUNES_EPCI", "montant_eur"): Decimal(10)}


def test_an_unknown_choice_with_a_figure_refuses_the_section() -> None:
    book = a_survey()
    book["Financements"].append(["Agglomération", 12])
    answers = read(book)
    assert [(finding.rule, finding.lines) for finding in answers.findings] == [("S04", (5,))]
    assert answers.sections["funding"] == REFUSED


def test_an_unknown_post_costs_no_other_post() -> None:
    book = a_survey()
    book["Equipe"].append(["Stagiaires", 2, 2])
    answers = read(book)
    assert rules_of(answers) == ["S04"]
    assert answers.sections["team_internal"] == ANSWERED


def test_an_empty_section_is_not_answered_and_a_zero_is_an_answer() -> None:
    book = a_survey()
    book["Partenaires"][1][1] = 0
    book["Financements"] = [["financeur", "montant_eur"], ["FSE", None], ["État", "  "], [None, None]]
    answers = read(book)
    assert rules_of(answers) == []
    assert answers.sections["partners"] == ANSWERED
    assert answers.sections["funding"] == EMPTY


def test_two_lines_of_one_funder_are_kept_apart_and_both_counted() -> None:
    book = a_survey()
    book["Financements"].append(["FSE", 1])
    assert figures(read(book), "funding")["FSE", "montant_eur"] == Decimal(300001)


@pytest.mark.parametrize(
    "line",
    [
        ["Total", 450000.5],
        ["TOTAL GÉNÉRAL", "=SUM(B2:B4)"],
        ["Sous-total", "n'importe quoi"],
        [None, 450000.5],
        [None, "=SUM(B2:B4)"],
    ],
)
def test_a_line_of_total_is_left_out_with_a_warning(line: list[object]) -> None:
    book = a_survey()
    book["Financements"].append(line)
    answers = read(book)
    (finding,) = answers.findings
    assert (finding.rule, finding.severity, finding.lines) == ("S08", "warn", (5,))
    assert sum(figures(answers, "funding").values()) == Decimal("450000.5")


def test_a_figure_without_a_choice_that_is_no_total_refuses_the_section() -> None:
    book = a_survey()
    book["Financements"].append([None, 7])
    answers = read(book)
    assert rules_of(answers) == ["S04"]
    assert answers.sections["funding"] == REFUSED


def test_a_note_below_the_lines_is_left_out_with_a_warning() -> None:
    book = a_survey()
    book["Financements"] += [[None, None], ["Source : comptes 2021"]]
    answers = read(book)
    assert rules_of(answers) == ["S08"]
    assert answers.sections["funding"] == ANSWERED


def test_employers_beyond_the_external_referents_are_counted_with_a_warning() -> None:
    book = a_survey()
    book["Referents_externes"].append(["Mission locale", 1])
    answers = read(book)
    (finding,) = answers.findings
    assert (finding.rule, finding.severity) == ("S07", "warn")
    assert "(9)" in finding.message
    assert "(8)" in finding.message
    assert answers.sections["referents_by_employer"] == ANSWERED
