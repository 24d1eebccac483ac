"""The catalogue of checks (`catalogue.csv`): severity, thresholds, owner, dated note and French texts of each one.

What a check looks at is said by its suite (`quality/suites`); how far it may go, and what a person is told, here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from quality.results import Severity

CATALOGUE = Path(__file__).with_name("catalogue.csv")

OWNERS = {
    "plie": "référent données du PLIE",
    "warehouse": "équipe de l'entrepôt",
    "analyst": "chargé d'études national",
}
"""Roles that answer a check, as a reader calls them."""

UNITS = ("count", "percent", "change", "ratio", "eur", "months")
"""Units of what is observed; `change` is a signed percentage of the year before."""


@dataclass(frozen=True)
class CheckTexts:
    """The French texts of one check, typed plainly; `wording` gives them their typography.

    `message` may name {label}, {observed}, {usual}, {expected}, {year}, {before} (the year before).
    """

    label: str
    message: str
    advice: str
    note: str


@dataclass(frozen=True)
class CatalogueEntry:
    """One check of the catalogue.

    Attributes:
        minimum, maximum: limits of what is judged: of the observed value itself, or, for a check against a past or
            against peers, of how many times the usual deviation it may lie from what was expected.
        minimum_difference: the smallest difference that is worth a question (points for shares, percent for counts and
            rates, a number of rows for a share of rows); what lies closer passes whatever chance says.
        past_years: how many years before make the own past of a PLIE.
        minimum_peers: PLIE that it takes to say what is usual among them.
    """

    check_id: str
    suite: str
    severity: Severity
    unit: str
    minimum: float | None
    maximum: float | None
    minimum_difference: float | None
    past_years: int | None
    minimum_peers: int | None
    owner: str
    decided_on: date
    texts: CheckTexts


@cache
def catalogue() -> dict[str, CatalogueEntry]:
    """Every check of the catalogue by its id, in the order of the file, which is the order in which people read."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return {row["check_id"]: _entry(row) for row in csv.DictReader(file)}


def _entry(row: dict[str, str]) -> CatalogueEntry:
    return CatalogueEntry(
        check_id=row["check_id"],
        suite=row["suite"],
        severity=cast("Severity", row["severity"]),
        unit=row["unit"],
        minimum=_number(row["minimum"]),
        maximum=_number(row["maximum"]),
        minimum_difference=_number(row["minimum_difference"]),
        past_years=int(row["past_years"]) if row["past_years"] else None,
        minimum_peers=int(row["minimum_peers"]) if row["minimum_peers"] else None,
        owner=row["owner"],
        decided_on=date.fromisoformat(row["decided_on"]),
        texts=CheckTexts(row["label_fr"], row["message_fr"], row["advice_fr"], row["note_fr"]),
    )


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
