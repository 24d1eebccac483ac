"""The dated register of PLIE, read from the one place that holds it (a dbt seed, since SQL needs it too)."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache

from ingestion.settings import SEEDS


@cache
def _register() -> tuple[dict[str, str], ...]:
    with (SEEDS / "plie_register.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def registered_plie_ids() -> frozenset[str]:
    """Identifiers of every PLIE that the register has ever known, closed ones included: their past may still arrive."""
    return frozenset(row["plie_id"] for row in _register())


@cache
def plie_names() -> dict[str, str]:
    """Name of each PLIE that the register has ever known, by its id."""
    return {row["plie_id"]: row["name"] for row in _register()}


def open_plie_ids(day: date) -> list[str]:
    """The PLIE that the register holds open on a day, sorted; a date that it does not know bounds nothing."""
    return sorted(
        row["plie_id"]
        for row in _register()
        if (row["opened_on"] or str(date.min)) <= str(day) < (row["closed_on"] or str(date.max))
    )
