"""The sheet that explains the form, in French: the first that a person opens."""

from __future__ import annotations

from openpyxl.styles import Alignment, Border, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.survey.form import Form
from ingestion.survey.looks import HEADING, LINE, PAPER, SOFT, TO_FILL, WASH, typeface
from ingestion.survey.names import workbook_name

_STEPS = (
    "Remplissez les feuilles pour lesquelles vous avez les chiffres. Une feuille ou une ligne laissée vide compte "
    "comme « pas de réponse », ce qui n'est pas zéro : si la réponse est zéro, écrivez 0.",
    "Dans la première colonne de chaque feuille, choisissez dans la liste déroulante.",
    "Écrivez des nombres, pas des formules : 12500 ou 12500,50. N'ajoutez pas de ligne de total.",
    "Deux lignes du même financeur ou du même type de structure sont additionnées.",
    "Dans les fiches actions, ne nommez personne : une fiche qui contient une adresse électronique, un numéro de "
    "téléphone, un numéro de sécurité sociale ou un IBAN est détruite.",
    "Enregistrez au format « Classeur Excel (.xlsx) » sous le nom {name} et déposez-le dans le dossier de votre PLIE. "
    "Vous pouvez le renvoyer corrigé autant de fois que nécessaire : le dernier envoi remplace les précédents.",
    "Vous recevez un accusé de réception qui dit ce qui est compté et ce qui est à corriger.",
)
_WIDTHS = {"A": 27, "B": 24, "C": 86}
_CHARACTERS = 128
"""Characters that fit on one line of the three columns together."""


def state_identity(page: Worksheet, form: Form, year: int, plie_id: str | None) -> None:
    """Gives the sheet its name, and says in it of which year and of which PLIE the workbook is."""
    page.title = form.guide.name
    page["A1"] = f"Enquête annuelle des PLIE – {year}"
    _state(page, 3, form.guide.year, year)
    _state(page, 4, form.guide.plie, plie_id)


def write_guide(page: Worksheet, form: Form, year: int, plie_choices: str, note: str | None) -> None:
    """Fills the sheet for people: what to do, then each sheet with its columns."""
    page.sheet_view.showGridLines = False
    for letter, width in _WIDTHS.items():
        page.column_dimensions[letter].width = width
    page["A1"].font = typeface(HEADING, 18, bold=True)
    page.row_dimensions[1].height = 32
    page["B4"].protection = Protection(locked=False)
    page["B4"].fill = PatternFill("solid", fgColor=TO_FILL)
    page["C3"] = note
    page["C3"].font = typeface(bold=True)
    page["C4"] = "← choisissez l'identifiant de votre PLIE, par exemple PLIE-59-06"
    page["C4"].font = typeface(SOFT, italic=True)
    choice = DataValidation(type="list", formula1=plie_choices, allow_blank=True, showErrorMessage=True)
    choice.error = "Choisissez dans la liste."
    choice.add("B4")
    page.add_data_validation(choice)
    number = _steps(page, 6, workbook_name(year))
    _sheets(page, number + 1, form)
    page.protection.sheet = True
    page.page_setup.orientation = "portrait"
    page.page_setup.paperSize = 9
    page.page_setup.fitToHeight = 1
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _state(page: Worksheet, number: int, word: str, value: str | int | None) -> None:
    page.cell(number, 1, word).font = typeface(bold=True)
    cell = page.cell(number, 2, value)
    cell.alignment = Alignment(horizontal="left")
    edge = Side("thin", color=LINE)
    cell.border = Border(left=edge, right=edge, top=edge, bottom=edge)


def _heading(page: Worksheet, number: int, text: str) -> None:
    page.cell(number, 1, text).font = typeface(HEADING, 13, bold=True)
    page.row_dimensions[number].height = 22


def _steps(page: Worksheet, number: int, name: str) -> int:
    _heading(page, number, "Comment répondre")
    for place, step in enumerate(_STEPS, start=1):
        number += 1
        text = f"{place}. {step.format(name=name)}"
        page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=3)
        page.cell(number, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
        page.row_dimensions[number].height = 16 * (1 + len(text) // _CHARACTERS)
    return number + 1


def _sheets(page: Worksheet, number: int, form: Form) -> None:
    _heading(page, number, "Les feuilles")
    number += 1
    for place, word in enumerate(("Feuille", "Colonne", "Ce qu'il faut y mettre"), start=1):
        cell = page.cell(number, place, word)
        cell.font = typeface(PAPER, bold=True)
        cell.fill = PatternFill("solid", fgColor=HEADING)
    for sheet in form.sheets:
        number += 1
        for place, told in enumerate((sheet.name, None, sheet.title), start=1):
            cell = page.cell(number, place, told)
            cell.font = typeface(bold=place == 1)
            cell.fill = PatternFill("solid", fgColor=WASH)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.row_dimensions[number].height = 16 * (1 + len(sheet.title) // 110)
        for column in sheet.columns:
            number += 1
            page.cell(number, 2, column.name)
            page.cell(number, 3, column.title).alignment = Alignment(wrap_text=True, vertical="top")
