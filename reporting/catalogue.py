"""An indicator as a reader meets it: French label, unit, decimals, categories in their order, definition in words.

Labels and units are those that the edition froze; the words of numerators and denominators are `definitions.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

TOTAL = "TOTAL"
_DEFINITIONS = Path(__file__).resolve().with_name("definitions.csv")


class Definition(NamedTuple):
    """What an indicator counts, and out of what (empty for a count), in French."""

    numerator: str
    denominator: str


@dataclass(frozen=True)
class Indicator:
    """One indicator; `unit` is count, percent, ratio or fte, `base` transfers, register or survey:<section>."""

    indicator_id: str
    section: str
    label: str
    unit: str
    decimals: int
    base: str
    definition: Definition
    categories: Mapping[str, str]
    """French label of each category, in the order of the catalogue; `TOTAL` alone where it lists none."""

    @property
    def is_survey(self) -> bool:
        return self.base.startswith("survey:")

    @property
    def anchor(self) -> str:
        """Where the annex defines it."""
        return f"def-{self.indicator_id.replace('.', '-').replace('_', '-')}"


class CatalogueRow(NamedTuple):
    """One indicator and category of an edition, in the order of the catalogue."""

    indicator_id: str
    category: str
    section: str
    label: str
    category_label: str
    unit: str
    decimals: int
    base: str


@cache
def definitions() -> Mapping[str, Definition]:
    """The definition of every indicator that the report knows, by its id."""
    with _DEFINITIONS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {row["indicator_id"]: Definition(row["numerator_fr"], row["denominator_fr"]) for row in rows}


def catalogue_of(rows: Iterable[CatalogueRow]) -> dict[str, Indicator]:
    """The indicators of an edition by their id.

    Raises:
        KeyError: one of them has no definition in words.
    """
    labels: dict[str, dict[str, str]] = {}
    first: dict[str, CatalogueRow] = {}
    for row in rows:
        first.setdefault(row.indicator_id, row)
        labels.setdefault(row.indicator_id, {})[row.category] = row.category_label
    return {
        identifier: Indicator(
            identifier,
            row.section,
            row.label,
            row.unit,
            row.decimals,
            row.base,
            definitions()[identifier],
            labels[identifier],
        )
        for identifier, row in first.items()
    }
