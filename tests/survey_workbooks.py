"""Makes real workbooks for tests: the seven sheets of the survey as plain rows, which a test then changes.

book = a_survey()
book["Financements"][1] = ["FSE", "12 500 €"]     # row 0 is the headings
land_survey(settings, as_xlsx(book))
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from ingestion.settings import Settings
from ingestion.survey.answers import Answers
from ingestion.survey.reading import read_workbook

PLIE = "PLIE-59-06"
TODAY = datetime(2022, 3, 1, 2, 0, 0, tzinfo=UTC)
FICHE = ["Lever les freins périphériques à l'emploi", "Un garage", "Enjeu", "Récit", "Résultat", "Une association", 24]

Rows = list[list[Any]]


def a_survey() -> dict[str, Rows]:
    """A sound workbook of 2021: every section answered, one fiche."""
    return {
        "Financements": [["financeur", "montant_eur"], ["FSE", 300000], ["Communes, EPCI", 150000.5], ["État", 0]],
        "Allocations_operateurs": [["structure", "montant_eur"], ["ACI", 60000], ["Association", 140000]],
        "Allocations_operations": [["operation", "montant_eur"], ["Formation", 50000]],
        "Equipe": [
            ["poste", "effectif", "etp"],
            ["EQUIPE_INTERNE", 9, 7.5],
            ["REFERENTS_INTERNES", 3, 2.8],
            ["REFERENTS_EXTERNES", 8, 7],
        ],
        "Referents_externes": [["structure", "effectif"], ["CCAS", 5], ["ASSOCIATION", 3]],
        "Partenaires": [["type", "nombre"], ["ENTREPRISES", 171]],
        "Fiches_actions": [
            ["theme", "titre", "enjeux", "description", "resultats", "partenaires", "nb_participants"],
            list(FICHE),
        ],
    }


def as_xlsx(book: Mapping[str, Sequence[Sequence[Any]]], touch: Callable[[Workbook], None] | None = None) -> bytes:
    """The workbook as its bytes; `touch` has the last word on it."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in book.items():
        page = workbook.create_sheet(name)
        for row in rows:
            page.append(list(row))
    if touch is not None:
        touch(workbook)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def read(
    book: Mapping[str, Sequence[Sequence[Any]]] | bytes,
    touch: Callable[[Workbook], None] | None = None,
    name: str = "enquete_2021.xlsx",
    plie_id: str = PLIE,
) -> Answers:
    """What the reader makes of a workbook."""
    content = book if isinstance(book, bytes) else as_xlsx(book, touch)
    return read_workbook(content, name, plie_id, TODAY.date())


def figures(answers: Answers, section: str) -> dict[tuple[str, str], Decimal]:
    """Sums by code and column of one section."""
    sums: dict[tuple[str, str], Decimal] = {}
    for answer in answers.figures:
        if answer.section == section:
            key = answer.code, answer.column
            sums[key] = sums.get(key, Decimal(0)) + answer.value
    return sums


def rules_of(answers: Answers) -> list[str]:
    return [finding.rule for finding in answers.findings]


def land_survey(settings: Settings, content: bytes, plie_id: str = PLIE, name: str = "enquete_2021.xlsx") -> Path:
    """Puts a workbook into the landing folder of a PLIE."""
    path = settings.landing / plie_id / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same archive with one of its parts replaced (or added)."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            if entry != name:
                target.writestr(entry, source.read(entry))
        target.writestr(name, part)
    return made.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)
