"""Reads what is published: the figures of one or more editions, the register of PLIE and the lists of codes."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"


@dataclass(frozen=True)
class Row:
    """One line of a published file; None is an empty cell."""

    edition_id: str
    indicator_id: str
    year: int
    scope: str
    scope_id: str
    category: str
    numerator: float | None
    denominator: float | None
    n_missing: float | None


def _number(cell: str) -> float | None:
    return float(cell) if cell != "" else None


def read_rows(path: Path) -> list[Row]:
    """The rows of a published `indicators.csv`; the columns that hold no count are left aside."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                line["edition_id"],
                line["indicator_id"],
                int(line["year"]),
                line["scope"],
                line["scope_id"],
                line["category"],
                _number(line["numerator"]),
                _number(line["denominator"]),
                _number(line["n_missing"]),
            )
            for line in csv.DictReader(file)
        ]


@dataclass(frozen=True)
class Map:
    """Where each PLIE is: its department and its region, empty where the register gives none."""

    department: Mapping[str, str]
    region: Mapping[str, str]

    def places(self, plie_id: str) -> Iterator[tuple[str, str]]:
        """The scopes and scope_ids in which a PLIE counts."""
        yield "national", "FR"
        yield "plie", plie_id
        for scope, place in (("region", self.region[plie_id]), ("departement", self.department[plie_id])):
            if place:
                yield scope, place


def read_map(path: Path = SEEDS / "plie_register.csv") -> Map:
    """The map that the register draws."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return Map(
        {line["plie_id"]: line["department_code"] for line in lines},
        {line["plie_id"]: line["region_code"] for line in lines},
    )


def read_codes(path: Path = SEEDS / "code_lists.csv") -> dict[str, dict[str, list[str]]]:
    """Codes by list and group; the group is empty where the nomenclature makes none."""
    codes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            codes[line["list"]][line["group"]].append(line["code"])
    return codes


def all_codes(codes: Mapping[str, Iterable[str]]) -> list[str]:
    """The codes of one list, whatever their group."""
    return [code for group in codes.values() for code in group]
