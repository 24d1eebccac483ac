"""The copy of a workbook that is kept: its accepted answers alone, written anew.

What a person sent may hold what nobody meant to send: refused fiches, notes, hidden sheets, the name of its author.
None of it is kept. The copy is a workbook of the survey itself and can be loaded again.
"""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

from ingestion.settings import Settings
from ingestion.survey.answers import Answers
from ingestion.survey.form import Sheet, survey_form
from ingestion.survey.writing import Line, write_workbook

ROOM = "archive"


def cleaned(answers: Answers, plie_id: str, year: int) -> bytes:
    """A workbook that says what was accepted, and nothing else; the same answers give the same bytes."""
    lines = {sheet.name: _lines(sheet, answers) for sheet in survey_form().sheets}
    return write_workbook(year, plie_id, lines, is_bare=True)


def _lines(sheet: Sheet, answers: Answers) -> list[Line]:
    if sheet.has_fiches:
        (count,) = sheet.figures
        return [
            {sheet.key.name: sheet.key.codes[fiche.theme], **fiche.texts, count.name: fiche.participants}
            for fiche in answers.fiches
        ]
    own = set(sheet.sections.values())
    lines: dict[int, dict[str, str | Decimal | int | None]] = {}
    for figure in answers.figures:
        if figure.section in own:
            line = lines.setdefault(figure.line, {sheet.key.name: sheet.key.codes[figure.code]})
            line[figure.column] = figure.value
    return [lines[number] for number in sorted(lines)]


def keep(settings: Settings, plie_id: str, name: str, content: bytes) -> Path:
    """Writes the copy into the archive, whole or not at all.

    It bears the delivery's id, which holds the digest of what was sent: whatever stands there already is the same.

    Raises:
        OSError: the folder cannot be written to, or the disk is full.
    """
    path = settings.data / ROOM / plie_id / name
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{name}.part")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
    # Without the copy in its place, filing would take the workbook as it came for what is to be kept.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path
