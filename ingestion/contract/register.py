"""The dated register of PLIE, read from the one place that holds it (a dbt seed, since SQL needs it too)."""

from __future__ import annotations

import csv
from functools import cache

from ingestion.settings import SEEDS


@cache
def registered_plie_ids() -> frozenset[str]:
    """Identifiers of every PLIE that the register has ever known, closed ones included: their past may still arrive."""
    with (SEEDS / "plie_register.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["plie_id"] for row in csv.DictReader(file))
