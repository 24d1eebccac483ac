"""`marts.indicators` for the bases `transfers` and `register`, computed row by row from the written definitions.

Nothing in this package knows how the warehouse computes. Here: who is in the base of which year, perimeter and scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tests.reference_indicators.definitions import Catalogue, Part, Parts, YearOfPlie, participation, transfers
from tests.reference_indicators.rows import Loaded, World


@dataclass(frozen=True)
class Key:
    """One row of the table."""

    indicator_id: str
    year: int
    perimeter: str
    scope: str
    scope_id: str
    category: str


@dataclass(frozen=True)
class Figures:
    """What stands in one row of the table."""

    numerator: float
    denominator: float | None
    value: float | None
    n_missing: int | None
    n_plie: int


def _value(part: Part, unit: str) -> float | None:
    if part.denominator is None:
        return part.numerator
    if part.denominator == 0:
        return None
    return (100 if unit == "percent" else 1) * part.numerator / part.denominator


def _status(loaded: Loaded, year: int) -> str | None:
    """`complete`, `in_progress`, or None where the PLIE is not one of the year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if loaded.coverage_from > first or loaded.coverage_to < first:
        return None
    return "complete" if loaded.coverage_to >= last else "in_progress"


def _in_register(row: Mapping[str, str], day: date) -> bool:
    opened = not row["opened_on"] or date.fromisoformat(row["opened_on"]) <= day
    return opened and (not row["closed_on"] or date.fromisoformat(row["closed_on"]) > day)


def _scopes(plie_ids: Iterable[str], register: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], list[str]]:
    """The PLIE of each scope, by (scope, scope_id)."""
    scopes: dict[tuple[str, str], list[str]] = {}
    for plie_id in plie_ids:
        row = register[plie_id]
        places = [("national", "FR"), ("plie", plie_id)]
        places += [("region", row["region_code"])] if row["region_code"] else []
        places += [("departement", row["department_code"])] if row["department_code"] else []
        for place in places:
            scopes.setdefault(place, []).append(plie_id)
    return scopes


def indicators(world: World, register: Mapping[str, Mapping[str, str]], catalogue: Catalogue) -> dict[Key, Figures]:
    """Every row that the table must hold, for all years in which at least one loaded PLIE is a PLIE of the year.

    Args:
        register: rows of the register's seed by `plie_id`.
    """
    rows: dict[Key, Figures] = {}

    def put(parts: Parts, year: int, perimeter: str, scope: tuple[str, str], n_plie: int) -> None:
        for indicator_id, by_category in parts.items():
            for category, part in by_category.items():
                value = _value(part, catalogue.lines[indicator_id]["unit"])
                key = Key(indicator_id, year, perimeter, *scope, category)
                rows[key] = Figures(part.numerator, part.denominator, value, part.n_missing, n_plie)

    for year in range(1990, 2040):
        status = {loaded.plie_id: _status(loaded, year) for loaded in world.loaded}
        of_the_year = {id_ for id_, kind in status.items() if kind is not None}
        complete = {id_ for id_, kind in status.items() if kind == "complete"}
        if not of_the_year:
            continue
        known = [id_ for id_, row in register.items() if _in_register(row, date(year, 12, 31))]
        counted = {plie_id: YearOfPlie(world, plie_id, year) for plie_id in of_the_year}
        for perimeter, base in (("running", of_the_year), ("complete", complete)):
            for scope, members in _scopes(known, register).items():
                put(participation(members, complete), year, perimeter, scope, len(members))
            for scope, members in _scopes(base, register).items():
                parts = transfers([counted[plie_id] for plie_id in members], catalogue)
                put(parts, year, perimeter, scope, len(members))
    return rows
