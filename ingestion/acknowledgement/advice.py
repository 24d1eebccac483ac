"""What the catalogue of rules tells a sender beyond the message: a title, what is checked, why, an example, what to do.

Texts are French, with columns and codes between backticks; `wording.typeset` gives them their typography.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from ingestion.rules import CATALOGUE

EXAMPLE_LABELS = ("colonnes", "à corriger", "correct")
"""How a line of an example may begin: the header of the file, a wrong line, the right one."""


@dataclass(frozen=True)
class ExampleLine:
    """One line of an example: its label (one of `EXAMPLE_LABELS`) and the line as it would stand in the file."""

    label: str
    content: str


@dataclass(frozen=True)
class Advice:
    """The French texts of one rule."""

    title: str
    check: str
    why: str
    example: tuple[ExampleLine, ...]
    correction: str


def _example(cell: str) -> tuple[ExampleLine, ...]:
    parts = (line.partition(" : ") for line in cell.splitlines())
    return tuple(ExampleLine(label, content) for label, _, content in parts)


@cache
def advice() -> dict[str, Advice]:
    """The texts of every rule by its code, in the order of the catalogue (`ingestion/rules.csv`)."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return {
            row["rule"]: Advice(
                title=row["title_fr"],
                check=row["check_fr"],
                why=row["why_fr"],
                example=_example(row["example_fr"]),
                correction=row["correction_fr"],
            )
            for row in csv.DictReader(file)
        }
