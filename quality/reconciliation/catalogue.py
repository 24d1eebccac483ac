"""The cells that the catalogue of indicators promises, and the quantity that each of their columns shows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from ingestion.contract.nomenclature import code_lists
from ingestion.settings import SEEDS

Measure = Literal["value", "numerator", "denominator", "n_missing", "n_plie"]


@dataclass(frozen=True)
class Cell:
    """One indicator in one category: what it counts, over what.

    Attributes:
        unit: `count`, `percent`, `ratio` or `fte`; with `numerator` and `denominator` it says what `value` is.
        numerator: name of the quantity that it counts.
        denominator: name of the quantity that it is divided by; None for a count.
        missing: name of the quantity that `n_missing` shows; None where it is not compared with another.
        base: name of the number of PLIE that it rests on.
        code_list: list of which `category` is a code; None where the catalogue lists the categories itself.
        is_part: whether all that is counted above is counted below too.
    """

    indicator_id: str
    category: str
    unit: str
    decimals: int
    numerator: str
    denominator: str | None
    missing: str | None
    base: str
    code_list: str | None
    is_part: bool

    @property
    def factor(self) -> int:
        """What `value` is in units of numerator / denominator: 100 for a percentage."""
        return 100 if self.unit == "percent" else 1


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of this folder."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def read_seed(name: str) -> list[dict[str, str]]:
    """The rows of a dbt seed."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _categories(listed: str) -> Iterator[tuple[str, str | None]]:
    for token in listed.split(";") if listed else ["TOTAL"]:
        if token in code_lists():
            yield from ((code, token) for code in code_lists()[token])
        else:
            yield token, None


@cache
def cells() -> dict[tuple[str, str], Cell]:
    """Every cell of the catalogue, by indicator and category.

    Raises:
        KeyError: `quantities.csv` lacks an indicator of the catalogue.
    """
    shown = {row["indicator_id"]: row for row in read_table("quantities.csv")}
    found: dict[tuple[str, str], Cell] = {}
    for indicator in read_seed("indicator_catalogue"):
        name = indicator["indicator_id"]
        row = shown[name]
        for category, code_list in _categories(indicator["categories"]):

            def named(column: str, row: dict[str, str] = row, category: str = category) -> str | None:
                return row[column].replace("{c}", category) or None

            found[name, category] = Cell(
                indicator_id=name,
                category=category,
                unit=indicator["unit"],
                decimals=int(indicator["decimals"]),
                numerator=row["numerator"].replace("{c}", category),
                denominator=named("denominator"),
                missing=named("missing"),
                base=f"plie.base.{indicator['base']}",
                code_list=code_list,
                is_part=row["is_part"] == "yes",
            )
    return found


def is_whole(quantity: str) -> bool:
    """Whether a quantity is counted in whole numbers: all but euros, full-time equivalents and months are."""
    return quantity.split(".", 1)[0] not in ("euros", "fte", "months")
