"""Reads the fiches actions: each line by itself. A fiche that names or reaches a person is refused and kept nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ingestion.gate.finding import Finding, found
from ingestion.gate.privacy import scan
from ingestion.survey.answers import Answers, Fiche, SheetCounts
from ingestion.survey.cells import NotAFigure, as_code, as_figure, as_text
from ingestion.survey.headings import Table
from ingestion.survey.workbook import Cell

_PERSONAL = ("P01", "P02", "P03", "P06")
LONGEST = 10_000
"""Characters that one text of a fiche may have; a fiche of 400 words has 2 600 in all."""

Wrong = tuple[str, str, str]


def read_fiches(table: Table) -> Answers:
    """The fiches that may be kept, and what is wrong with the others."""
    fiches, received = [], 0
    wrong: dict[Wrong, list[int]] = defaultdict(list)
    for number, line in table.lines.items():
        if not set(line) - {table.sheet.key.name}:
            continue
        received += 1
        faults = [*_personal(line), *_faults(table, line)]
        for fault in faults:
            wrong[fault].append(number)
        if not faults:
            fiches.append(_fiche(table, number, line))
    name = table.sheet.name
    return Answers(
        fiches=tuple(fiches),
        counts={name: SheetCounts(received, received - len(fiches))},
        findings=tuple(_finding(name, fault, lines) for fault, lines in wrong.items()),
    )


def personal_rules(text: str) -> list[str]:
    """Privacy rules that a text breaks; a number that runs over the end of a line is one number all the same."""
    both = f"{text}\n{' '.join(text.split())}"
    counts = scan("fiche", both.encode("utf-8", "replace"), "utf-8").counts
    return [rule for rule in _PERSONAL if counts[rule]]


def _personal(line: Mapping[str, Cell]) -> Iterator[Wrong]:
    for name, cell in line.items():
        for rule in personal_rules(cell.text):
            yield rule, name, ""


def _faults(table: Table, line: Mapping[str, Cell]) -> Iterator[Wrong]:
    key = table.sheet.key
    if as_code(line.get(key.name), key) is None:
        yield "S04", key.name, ""
    for column in table.sheet.texts:
        cell = line.get(column.name)
        if cell is not None and cell.kind in ("formula", "error"):
            yield "S03", column.name, "une formule, où il faut un texte"
        elif cell is not None and len(cell.text) > LONGEST:
            yield "S03", column.name, f"un texte de plus de {LONGEST} caractères"
    for column in table.sheet.figures:
        if column.name in line:
            try:
                as_figure(line[column.name], column)
            except NotAFigure as reason:
                yield "S03", column.name, str(reason)


def _fiche(table: Table, number: int, line: Mapping[str, Cell]) -> Fiche:
    (count,) = table.sheet.figures
    theme = as_code(line[table.sheet.key.name], table.sheet.key)
    if theme is None:
        raise ValueError("a fiche without theme was let through")
    return Fiche(
        theme=theme,
        texts={column.name: as_text(line.get(column.name)) or None for column in table.sheet.texts},
        participants=int(as_figure(line[count.name], count)) if count.name in line else None,
        line=number,
    )


def _finding(sheet: str, fault: Wrong, lines: list[int]) -> Finding:
    rule, field, detail = fault
    finding = found(rule, resource=sheet, field=field, lines=lines, detail=detail)
    # A fiche stands by itself: what refuses a delivery or a section elsewhere costs the fiche alone.
    message = finding.message.replace("La livraison", "La fiche")
    message = message.replace("Cette partie de l'enquête n'est pas comptée", "Cette fiche n'est pas gardée")
    return replace(finding, severity="reject", message=message)
