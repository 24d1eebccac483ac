"""Makes up the workbooks of the annual survey: answers calibrated to `surveys.csv`, as different people type them.

A survey is one workbook per PLIE and year: the scale of the campaign, which multiplies people, does not touch it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np

from ingestion.sample.action_sheets import PlacedFiche, make_fiches
from ingestion.sample.drawing import Floats, Ints, apportion, stream
from ingestion.sample.programmes import Programmes
from ingestion.survey.form import Sheet, survey_form
from ingestion.survey.names import workbook_name
from ingestion.survey.writing import Line, write_workbook

TABLE = Path(__file__).resolve().with_name("surveys.csv")
MADE_UP = "Données fictives : aucune réponse réelle."
YEARS = (2020, 2021)
FICHES_YEAR = 2021
_ANSWERING = 34
_NEW_IN_2021 = 4
"""PLIE that answer in 2021 and did not in 2020; as many answered in 2020 only."""
_FTE_PARTS = 20
"""Full-time equivalents are given to a twentieth."""
_TYPED_AS_TEXT, _WITH_TOTAL, _WITH_CODES = 5, 7, 3
"""One workbook in so many has amounts as text, a line of total, codes in place of labels."""


@dataclass(frozen=True)
class SectionTarget:
    """What one section comes to in one year: how many PLIE answer it, totals by figure, shares by code (percent)."""

    plie: int
    totals: Mapping[str, int | None]
    shares: Mapping[str, float]


def survey_targets(year: int) -> dict[str, SectionTarget]:
    """The targets of a year by section. A total is None where each PLIE shares out what another section states."""
    targets: dict[str, SectionTarget] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["year"]) == year:
                former = targets.get(row["section"], SectionTarget(int(row["plie"]), {}, {}))
                total = int(row["total"]) if row["total"] else None
                targets[row["section"]] = SectionTarget(
                    former.plie,
                    {**former.totals, row["figure"]: total},
                    {**former.shares, row["code"]: float(row["share"])},
                )
    return targets


Figures = dict[str, dict[str, dict[str, Ints]]]
"""By section, code and figure: the amount of each PLIE that answers (euros, people, twentieths of FTE)."""


@dataclass(frozen=True)
class SurveyYear:
    """The answers of one year; the section's first PLIE, in the order of `plie_ids`, are those that answer it."""

    year: int
    plie_ids: tuple[str, ...]
    figures: Figures


def make_surveys(programmes: Programmes, seed: int) -> list[SurveyYear]:
    """The answers of every year; a PLIE keeps its size and its funders from one year to the next."""
    rng = stream(seed, "survey")
    candidates = np.flatnonzero(programmes.complete(2020) & programmes.complete(2021))
    chosen = rng.permutation(candidates)[: _ANSWERING + _NEW_IN_2021]
    names = [programmes.plie_ids[place] for place in chosen]
    size = np.clip(programmes.persons[chosen] ** 0.6 * rng.lognormal(0, 0.2, len(chosen)), 1, None)
    habits = {
        section: {
            code: rng.lognormal(0, 0.35, len(chosen)) * (rng.random(len(chosen)) < (1 if share > 15 else 0.85))
            for code, share in target.shares.items()
        }
        for section, target in survey_targets(FICHES_YEAR).items()
    }
    surveys = []
    for year in YEARS:
        # The first ones answer in both years; the newcomers take the places of those that do not come back.
        places = np.arange(_ANSWERING)
        if year == FICHES_YEAR:
            places[-_NEW_IN_2021:] += _NEW_IN_2021
        jitter = rng.lognormal(0, 0.05, len(places))
        figures = _figures(survey_targets(year), size[places] * jitter, habits, places, rng)
        surveys.append(SurveyYear(year, tuple(names[place] for place in places), figures))
    return surveys


def _figures(
    targets: Mapping[str, SectionTarget],
    size: Floats,
    habits: Mapping[str, Mapping[str, Floats]],
    places: Ints,
    rng: np.random.Generator,
) -> Figures:
    made: Figures = {}
    for section, target in targets.items():
        everyone = np.ones(len(places))
        weights = {
            code: (size * _some(habits[section][code][places] if code in habits[section] else everyone))[: target.plie]
            for code in target.shares
        }
        if section in _SHARED_OUT:
            whole = _whole(made[_SHARED_OUT[section]], target.plie)
            made[section] = _shared_out(whole, target, weights)
        else:
            made[section] = _split(target, weights, rng)
    return made


_SHARED_OUT = {"allocation_operation": "allocation_operator", "referents_by_employer": "referents_external"}
"""Sections that say in another way what a section before them says."""


def _some(habit: Floats) -> Floats:
    """Someone always answers: without habits, everyone does."""
    return habit if habit.any() else np.ones(len(habit))


def _whole(section: Mapping[str, Mapping[str, Ints]], plie: int) -> Ints:
    """What each PLIE gives in all: euros, or people."""
    parts = [figures.get("montant_eur", figures.get("effectif")) for figures in section.values()]
    return np.asarray(np.sum([part for part in parts if part is not None], axis=0)[:plie], dtype=np.int64)


def _shared_out(whole: Ints, target: SectionTarget, weights: Mapping[str, Floats]) -> dict[str, dict[str, Ints]]:
    codes = list(target.shares)
    (figure,) = target.totals
    table = np.array([weights[code] * target.shares[code] for code in codes])
    table[0] += 1e-6  # whoever has none of the habits goes by the most usual one
    columns = [apportion(int(total), table[:, place]) for place, total in enumerate(whole)]
    return {code: {figure: np.array([column[row] for column in columns])} for row, code in enumerate(codes)}


def _split(
    target: SectionTarget, weights: Mapping[str, Floats], rng: np.random.Generator
) -> dict[str, dict[str, Ints]]:
    """National totals over the PLIE; full-time equivalents never exceed the people that they stand for."""
    made: dict[str, dict[str, Ints]] = {}
    for code, share in target.shares.items():
        made[code] = {}
        for figure, total in target.totals.items():
            if total is None:
                raise ValueError("a section without total shares out another one")
            if figure == "etp":
                people = made[code]["effectif"]
                parts = people * rng.uniform(0.8, 1.0, len(people))
                made[code][figure] = apportion(total * _FTE_PARTS, parts, people * _FTE_PARTS)
            else:
                exact = total if len(target.shares) == 1 else round(total * share / 100)
                made[code][figure] = apportion(exact, weights[code])
    return made


def write_surveys(programmes: Programmes, seed: int, landing: Path) -> list[Path]:
    """Writes the workbooks of every year into the landing place; the same seed gives the same bytes."""
    files = []
    for survey in make_surveys(programmes, seed):
        fiches = make_fiches(len(survey.plie_ids), stream(seed, "fiches")) if survey.year == FICHES_YEAR else []
        for place, plie_id in enumerate(survey.plie_ids):
            path = landing / plie_id / workbook_name(survey.year)
            path.parent.mkdir(parents=True, exist_ok=True)
            content = write_workbook(survey.year, plie_id, _lines(survey, place, fiches), note=MADE_UP)
            path.write_bytes(content)
            files.append(path)
    return files


def _lines(survey: SurveyYear, place: int, fiches: list[PlacedFiche]) -> dict[str, list[Line]]:
    """The lines of one workbook, in the hand of whoever fills it in."""
    by_sheet: dict[str, list[Line]] = {}
    for sheet in survey_form().sheets:
        if sheet.has_fiches:
            by_sheet[sheet.name] = [fiche.line for fiche in fiches if fiche.plie == place]
            continue
        answered = {
            code: {name: int(amounts[place]) for name, amounts in figures.items() if place < len(amounts)}
            for code, section in sheet.sections.items()
            if (figures := survey.figures[section].get(code))
        }
        answered = {code: values for code, values in answered.items() if values}
        by_sheet[sheet.name] = _sheet_lines(sheet, answered, place)
    return by_sheet


def _sheet_lines(sheet: Sheet, answered: Mapping[str, Mapping[str, int]], place: int) -> list[Line]:
    """Nobody types a line for a funder who gives nothing; but a section whose only answer is zero says so."""
    given = {code: values for code, values in answered.items() if any(values.values())}
    if len(set(sheet.sections.values())) > 1:
        given = dict(answered)
    elif not given:
        given = dict(list(answered.items())[:1])
    lines: list[Line] = [
        {
            sheet.key.name: code if place % _WITH_CODES == 2 else sheet.key.codes[code],
            **{name: _typed(name, value, place) for name, value in values.items()},
        }
        for code, values in given.items()
    ]
    if lines and sheet.figures[0].type == "amount" and place % _WITH_TOTAL == 3:
        total = sum(value for values in given.values() for value in values.values())
        lines.append({sheet.key.name: "TOTAL", sheet.figures[0].name: total})
    return lines


def _typed(figure: str, value: int, place: int) -> str | int | Decimal:
    if figure == "etp":
        return Decimal(value) / _FTE_PARTS
    if figure == "montant_eur" and place % _TYPED_AS_TEXT == 1:
        return f"{value:,} €".replace(",", "\u202f" if place % 2 else " ")
    return value
