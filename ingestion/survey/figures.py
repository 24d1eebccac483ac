"""Reads the lines of a sheet of figures: one wrong line refuses its section, and nothing else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from ingestion.gate.finding import Finding, found
from ingestion.survey.answers import ANSWERED, EMPTY, REFUSED, Answer, Answers, SheetCounts
from ingestion.survey.cells import NotAFigure, as_code, as_figure, as_text
from ingestion.survey.headings import Table
from ingestion.survey.words import plain
from ingestion.survey.workbook import Cell

_TOTAL = re.compile(r"(?:sous |grand )?(?:total|totaux|somme|cumul)(?: .*)?|ensemble")

Line = Mapping[str, Cell]


def read_figures(table: Table) -> Answers:
    """The answers of one sheet, what became of its sections, and what is wrong with it."""
    reader = _Lines(table)
    for number, line in table.lines.items():
        reader.read(number, line)
    return reader.result()


class _Lines:
    """What is known while the lines of one sheet are read."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._sheet = table.sheet
        self._key = table.sheet.key
        self._answers: list[Answer] = []
        self._given: dict[int, str | None] = {}
        self._wrong: dict[tuple[str, str | None, str], list[int]] = defaultdict(list)
        self._refused: set[str] = set()
        self._last = max(table.lines, default=0)

    def read(self, number: int, line: Line) -> None:
        figures = {column.name: line[column.name] for column in self._sheet.figures if column.name in line}
        label = as_text(line.get(self._key.name))
        if _TOTAL.fullmatch(plain(label)):
            self._note("S08", None, "une ligne de total", number)
            return
        code = as_code(line.get(self._key.name), self._key)
        if not figures:
            if code is None:
                self._note("S08", None, "un texte qui n'est pas une réponse", number)
            return
        if code is None and not label and self._is_a_sum(number, figures):
            self._note("S08", None, "une ligne de total", number)
            return
        self._read_figures(number, code, line, figures)

    def _read_figures(self, number: int, code: str | None, line: Line, figures: Line) -> None:
        section = self._sheet.sections.get(code) if code else None
        self._given[number] = section
        is_wrong = code is None
        if code is None:
            is_formula = self._key.name in line and line[self._key.name].kind == "formula"
            rule, detail = ("S03", "une formule, où il faut un choix de la liste") if is_formula else ("S04", "")
            self._note(rule, self._key.name, detail, number)
        values: dict[str, Decimal] = {}
        for column in self._sheet.figures:
            if column.name in figures:
                try:
                    values[column.name] = as_figure(figures[column.name], column)
                except NotAFigure as reason:
                    self._note("S03", column.name, str(reason), number)
                    is_wrong = True
        if "etp" in values and "effectif" in values and values["etp"] > values["effectif"]:
            self._note("S05", "etp", "", number)
            is_wrong = True
        if is_wrong:
            # A line that names no section refuses them all when the sheet has but one; else it counts for none.
            sections = set(self._sheet.sections.values())
            self._refused |= {section} if section else sections if len(sections) == 1 else set()
        elif code is not None and section is not None:
            self._answers += [Answer(section, code, name, value, number) for name, value in values.items()]

    def _is_a_sum(self, number: int, figures: Line) -> bool:
        """A last line without a code whose figures are formulas, or the sums of those above."""
        if number != self._last or not self._answers:
            return False
        above: dict[str, Decimal] = defaultdict(Decimal)
        for answer in self._answers:
            above[answer.column] += answer.value
        return all(
            cell.kind == "formula" or self._value(name, cell) == above.get(name) for name, cell in figures.items()
        )

    def _value(self, name: str, cell: Cell) -> Decimal | None:
        column = next(column for column in self._sheet.figures if column.name == name)
        try:
            return as_figure(cell, column)
        except NotAFigure:
            return None

    def _note(self, rule: str, field: str | None, detail: str, line: int) -> None:
        self._wrong[rule, field, detail].append(line)

    def result(self) -> Answers:
        kept = tuple(answer for answer in self._answers if answer.section not in self._refused)
        answered = {answer.section for answer in kept}
        loaded = {answer.line for answer in kept}
        sections = {
            section: REFUSED if section in self._refused else ANSWERED if section in answered else EMPTY
            for section in self._sheet.sections.values()
        }
        counts = SheetCounts(len(self._given), len(self._given) - len(loaded))
        return Answers(
            figures=kept,
            sections=sections,
            counts={self._sheet.name: counts},
            findings=tuple(self._findings()),
        )

    def _findings(self) -> list[Finding]:
        name = self._sheet.name
        made = []
        for (rule, field, detail), lines in self._wrong.items():
            if rule == "S03":
                made.append(found("S03", resource=name, field=field, lines=lines, detail=detail))
            elif rule == "S04":
                made.append(found("S04", resource=name, field=field, lines=lines))
            elif rule == "S05":
                made.append(found("S05", resource=name, field=field, lines=lines))
            else:
                made.append(found("S08", resource=name, field=field, lines=lines, detail=detail))
        return made
