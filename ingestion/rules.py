"""The catalogue of rules (`rules.csv`): what each rule is called, how severe it is and what it says to a sender."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).with_name("rules.csv")


@dataclass(frozen=True)
class Rule:
    """One row of the catalogue; `resource` and `field` are None where the rule is not about a single one."""

    code: str
    severity: str
    resource: str | None
    field: str | None
    condition: str
    message_fr: str
    rank: int


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its code, in the order of the catalogue, which is the order in which a sender reads findings."""

    def single(cell: str) -> str | None:
        return None if cell in ("", "*") else cell

    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return {
            row["rule"]: Rule(
                code=row["rule"],
                severity=row["severity"],
                resource=single(row["resource"]),
                field=single(row["field"]),
                condition=row["condition"],
                message_fr=row["message_fr"],
                rank=rank,
            )
            for rank, row in enumerate(csv.DictReader(file))
        }
