"""The code lists of the contract, read from the one place that holds them (a dbt seed, since SQL needs them too)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache

from ingestion.settings import SEEDS


def _rows() -> Iterator[dict[str, str]]:
    with (SEEDS / "code_lists.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def code_lists() -> dict[str, dict[str, str]]:
    """French label by code, by list: `code_lists()["SEXE"]["F"] == "Femme"`."""
    lists: dict[str, dict[str, str]] = {}
    for row in _rows():
        lists.setdefault(row["list"], {})[row["code"]] = row["label_fr"]
    return lists


def codes_of_group(list_name: str, group: str) -> tuple[str, ...]:
    """Codes of one group of a list: `codes_of_group("TYPE_CONTRAT", "DURABLE")`."""
    return tuple(row["code"] for row in _rows() if (row["list"], row["group"]) == (list_name, group))
