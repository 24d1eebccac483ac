"""What the campaign must come to: the table `targets.csv`, and the published values that it names, read from the seed.

A line gives a value, a figure that was published, or both: then the value is the one taken within the printed rounding.
A line without a year holds for every year that has no line of its own. Categories of one target are relative weights.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ingestion.sample.drawing import Floats
from ingestion.settings import SEEDS

TABLE = Path(__file__).resolve().with_name("targets.csv")


@dataclass(frozen=True)
class Targets:
    """National targets by (target, category, year); the year None stands for all other years."""

    values: dict[tuple[str, str, int | None], float]

    def value(self, target: str, year: int, category: str = "") -> float:
        """One value. Raises KeyError when neither the year nor all years have one."""
        own = self.values.get((target, category, year))
        return self.values[target, category, None] if own is None else own

    def has(self, target: str, year: int, category: str = "") -> bool:
        return (target, category, year) in self.values or (target, category, None) in self.values

    def categories(self, target: str) -> tuple[str, ...]:
        """Categories of a target, in the order of the table."""
        return tuple(dict.fromkeys(category for name, category, _ in self.values if name == target))

    def weights(self, target: str, year: int, categories: tuple[str, ...] | None = None) -> Floats:
        """Relative weights of the categories (all of the target's unless named)."""
        return np.array([self.value(target, year, name) for name in categories or self.categories(target)])

    def shares(self, target: str, year: int) -> dict[str, float]:
        """Weights made to sum to 1."""
        weights = self.weights(target, year)
        return dict(zip(self.categories(target), (weights / weights.sum()).tolist(), strict=True))


def published_values() -> dict[str, float]:
    """Every published figure by its id."""
    with (SEEDS / "published_figures.csv").open(encoding="utf-8", newline="") as file:
        return {row["figure_id"]: float(row["value"]) for row in csv.DictReader(file)}


@cache
def national_targets() -> Targets:
    """The targets of the campaign. Several figures in one line (`F22-01;F22-05`) are added."""
    published = published_values()
    values: dict[tuple[str, str, int | None], float] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = row["target"], row["category"], int(row["year"]) if row["year"] else None
            figures = filter(None, row["figure_id"].split(";"))
            values[key] = float(row["value"]) if row["value"] else sum(published[figure] for figure in figures)
    return Targets(values)
