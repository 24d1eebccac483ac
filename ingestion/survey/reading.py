"""Reads one workbook of the survey as far as it can be read by itself: nothing here looks at the warehouse."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from ingestion.contract import registered_plie_ids
from ingestion.gate.finding import Finding, found
from ingestion.survey.answers import ANSWERED, Answers, SheetCounts
from ingestion.survey.cells import as_text
from ingestion.survey.container import Unreadable, open_parts
from ingestion.survey.fiches import read_fiches
from ingestion.survey.figures import read_figures
from ingestion.survey.form import Form, Sheet, survey_form
from ingestion.survey.headings import NotFound, find_table, known_names, sheets_by_name
from ingestion.survey.names import workbook_name, year_of
from ingestion.survey.words import plain
from ingestion.survey.workbook import Cell, RawSheet, read_sheets

FIRST_YEAR = 1990
"""The first PLIE were made in 1990."""

_PLIE_ID = re.compile(r"plie (\d{2}|2a|2b|97\d) (\d{2})")


def read_workbook(
    content: bytes | None, file_name: str, plie_id: str | None, today: date, plie_ids: Collection[str] | None = None
) -> Answers:
    """Everything that a workbook says and everything that is wrong with it.

    Args:
        content: its bytes, of any kind and in any state; None when there are more than the form allows.
        file_name: name of the file as it landed, which states the year.
        plie_id: name of the folder in which it landed; None when it lies in none yet.
        plie_ids: PLIE that may answer; those of the register when None.
    """
    form = survey_form()
    year = year_of(file_name)
    try:
        raw_sheets = read_sheets(open_parts(content, form.limits), form.limits, unread=LISTS)
    except Unreadable as reason:
        return Answers(findings=(found("S01", detail=str(reason)),))
    if year is None:
        expected = f"enregistrez le classeur sous le nom {workbook_name(today.year - 1)} (l'année de l'enquête)."
        return Answers(findings=(found("S01", detail=f"le nom du fichier n'est pas celui de l'enquête : {expected}"),))
    known = registered_plie_ids() if plie_ids is None else plie_ids
    strangers = _identity(raw_sheets, form, year, plie_id, today, known)
    if strangers:
        return Answers(findings=tuple(strangers))
    return _read_sheets(raw_sheets, form)


def _read_sheets(raw_sheets: Sequence[RawSheet], form: Form) -> Answers:
    named = sheets_by_name(raw_sheets)
    if not any(plain(sheet.name) in named for sheet in form.sheets):
        detail = "aucune feuille de l'enquête ne s'y trouve. Recopiez vos réponses dans le modèle et renvoyez-le."
        return Answers(findings=(found("S01", detail=detail),))
    parts = [_read_sheet(sheet, named, form) for sheet in form.sheets]
    whole = _together(parts)
    if whole.is_empty and not whole.findings:
        detail = "il ne contient aucune réponse. Remplissez le modèle et renvoyez-le."
        return Answers(findings=(found("S01", detail=detail),))
    more = [*_employers_beyond_referents(whole), *_unknown_sheets(named, form)]
    return Answers(whole.figures, whole.fiches, whole.sections, whole.counts, (*whole.findings, *more))


def _read_sheet(sheet: Sheet, named: Mapping[str, Sequence[RawSheet]], form: Form) -> Answers:
    try:
        table = find_table(sheet, named, form.limits.lines)
    except NotFound as reason:
        refused = dict.fromkeys(sheet.sections.values(), "refused")
        return Answers(sections=refused, findings=(found("S02", resource=sheet.name, detail=str(reason)),))
    answers = read_fiches(table) if sheet.has_fiches else read_figures(table)
    if not table.unknown_columns:
        return answers
    ignored = found("S08", resource=sheet.name, count=table.unknown_columns, detail="une colonne en plus du modèle")
    return Answers(answers.figures, answers.fiches, answers.sections, answers.counts, (*answers.findings, ignored))


def _together(parts: Sequence[Answers]) -> Answers:
    sections: dict[str, str] = {}
    counts: dict[str, SheetCounts] = {}
    for part in parts:
        sections |= part.sections
        counts |= part.counts
    return Answers(
        figures=tuple(figure for part in parts for figure in part.figures),
        fiches=tuple(fiche for part in parts for fiche in part.fiches),
        sections=sections,
        counts=counts,
        findings=tuple(finding for part in parts for finding in part.findings),
    )


def _identity(
    raw_sheets: Sequence[RawSheet], form: Form, year: int, plie_id: str | None, today: date, known: Collection[str]
) -> list[Finding]:
    """S06: what the workbook states of itself against the name of its file and of its folder."""
    details = []
    if plie_id is not None and plie_id not in known:
        details.append("le dossier n'est pas celui d'un PLIE du registre")
    if not FIRST_YEAR <= year <= today.year:
        details.append(f"l'année {year} n'est pas celle d'une enquête")
    stated = _stated(raw_sheets, form)
    stated_year = stated.get(plain(form.guide.year), "")
    if re.fullmatch(r"[0-9]{4}(?:\.0*)?", stated_year) and int(stated_year[:4]) != year:
        details.append(f"le classeur est celui de {stated_year[:4]} et le fichier s'appelle {workbook_name(year)}")
    stated_plie = plain(stated.get(plain(form.guide.plie), ""))
    if plie_id is not None and _PLIE_ID.fullmatch(stated_plie) and stated_plie != plain(plie_id):
        details.append("le PLIE indiqué dans le classeur n'est pas celui du dossier de dépôt")
    return [found("S06", detail=detail) for detail in details]


def _stated(raw_sheets: Sequence[RawSheet], form: Form) -> dict[str, str]:
    """What the sheet of explanations states, by the plain form of the words in its first column."""
    stated: dict[str, str] = {}
    for sheet in raw_sheets:
        if plain(sheet.name) == plain(form.guide.name):
            for cells in sheet.lines.values():
                first, *others = (cells[place] for place in sorted(cells))
                stated.setdefault(plain(as_text(first)), _first_text(others))
    return stated


def _first_text(cells: Sequence[Cell]) -> str:
    return next((as_text(cell) for cell in cells), "")


def _unknown_sheets(named: Mapping[str, Sequence[RawSheet]], form: Form) -> list[Finding]:
    """S08: sheets with something in them that the form does not know; they are not read."""
    unknown = [sheet for name, sheets in named.items() if name not in known_names(form) for sheet in sheets]
    count = sum(bool(sheet.lines) for sheet in unknown)
    return [found("S08", count=count, detail="une feuille en plus du modèle")] if count else []


LISTS = "Listes"
"""The sheet of the template that holds what the drop-down lists show."""


def _employers_beyond_referents(answers: Answers) -> list[Finding]:
    """S07: the parts of referents by employer exceed the external referents that the team sheet states."""
    if any(answers.sections.get(name) != ANSWERED for name in ("referents_by_employer", "referents_external")):
        return []
    by_employer = [figure for figure in answers.figures if figure.section == "referents_by_employer"]
    stated = [
        figure.value
        for figure in answers.figures
        if figure.section == "referents_external" and figure.column == "effectif"
    ]
    parts = sum(figure.value for figure in by_employer)
    if not stated or parts <= sum(stated):
        return []
    sheet = survey_form().sections["referents_by_employer"].name
    return [found("S07", resource=sheet, field="effectif", found=parts, expected=sum(stated))]
