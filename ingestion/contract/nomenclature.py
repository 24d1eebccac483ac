"""The code lists of the contract, read from the one place that holds them (a dbt seed, since SQL needs them too)."""

from __future__ import annotations

import csv
from functools import cache

from ingestion.settings import SEEDS


@cache
def code_lists() -> dict[str, dict[str, str]]:
    """French label by code, by list: `code_lists()["SEXE"]["F"] == "Femme"`."""
    lists: dict[str, dict[str, str]] = {}
    with (SEEDS / "code_lists.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["list"], {})[row["code"]] = row["label_fr"]
    return lists
