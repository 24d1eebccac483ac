"""Reads what the definitions are written in: the catalogue of indicators, the code lists, the register of PLIE."""

from __future__ import annotations

import csv

from ingestion.settings import SEEDS
from tests.reference_indicators.definitions import Catalogue


def _rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def register() -> dict[str, dict[str, str]]:
    """Rows of the register of PLIE by `plie_id`."""
    return {row["plie_id"]: row for row in _rows("plie_register.csv")}


def catalogue() -> Catalogue:
    """The catalogue of indicators with the codes of each list."""
    codes: dict[str, list[str]] = {}
    for row in _rows("code_lists.csv"):
        codes.setdefault(row["list"], []).append(row["code"])
    iae = {row["code"] for row in _rows("code_lists.csv") if row["list"] == "STRUCTURE" and row["group"] == "IAE"}
    lines = {row["indicator_id"]: row for row in _rows("indicator_catalogue.csv")}
    return Catalogue(lines, codes, frozenset(iae))
