"""What the page carries: the published figures of one edition, each number written once, as plain data for JSON.

A figure is found by indicator, place (year and territory) and category. The bases of a place are written once for all
its categories where they are the same, which they are but for rates by profile. A base may be hidden by itself: the
count of a category is then published, and its share is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from reporting.catalogue import definitions
from reporting.reading import NoSuchEdition
from reporting.typography import set_in_french

HIDDEN = -1
"""Stands for a numerator or a base that disclosure control hides; no figure is negative."""

SCOPES = {"national": "France", "region": "Régions", "departement": "Départements", "plie": "PLIE"}

SECTIONS = {
    "synthese": "Personnes accompagnées",
    "1.4": "Participation",
    "2.1": "Entrées",
    "2.2": "Sorties",
    "2.3": "Étapes",
    "2.4": "Moyens (enquête)",
}

_FIGURES = """
select figures.indicator_id, figures.year, figures.scope, figures.scope_id, catalogue.position,
    case when figures.suppressed then ? else round(figures.numerator, 4) end as numerator,
    case
        when figures.suppressed then null
        when figures.denominator is null and catalogue.denominator is not null and figures.numerator is not null then ?
        else round(figures.denominator, 4)
    end as denominator,
    figures.n_plie
from published.indicators as figures
inner join consolidation.edition_catalogue as catalogue using (edition_id, indicator_id, category)
where figures.edition_id = ?
order by figures.indicator_id, figures.year desc, figures.scope, figures.scope_id, catalogue.position
"""

_TERRITORIES = """
select distinct scope, scope_id, case scope when 'plie' then register.name when 'region' then regions.region end
from published.indicators as figures
left join consolidation.edition_register as register
    on register.edition_id = figures.edition_id and scope = 'plie' and scope_id = register.plie_id
left join (select distinct edition_id, region_code, region from consolidation.edition_register) as regions
    on regions.edition_id = figures.edition_id and scope = 'region' and scope_id = regions.region_code
where figures.edition_id = ?
order by all
"""

_CATALOGUE = """
select indicator_id, section, label_fr, unit, decimals, base, category, category_label_fr
from consolidation.edition_catalogue where edition_id = ? order by indicator_id, position
"""


@dataclass(frozen=True)
class Territory:
    """A place whose figures the edition publishes."""

    scope: str
    scope_id: str
    label: str


def payload(connection: duckdb.DuckDBPyConnection, edition_id: str) -> dict[str, Any]:
    """Everything that the page shows, ready for JSON.

    Args:
        connection: the published snapshot, or the warehouse.

    Raises:
        NoSuchEdition: it was never frozen here.
    """
    edition = connection.execute(
        "select year, frozen_at, digest, is_made_up from consolidation.editions where edition_id = ?",
        [edition_id],
    ).fetchone()
    if edition is None:
        raise NoSuchEdition(f"There is no edition {edition_id} here.")
    year, frozen_at, digest, made_up = edition
    territories = _territories(connection, edition_id)
    place_of = {(one.scope, one.scope_id): number for number, one in enumerate(territories)}
    rows = connection.execute(_FIGURES, [HIDDEN, HIDDEN, edition_id]).fetchall()
    figures = {name: list(of_one) for name, of_one in groupby(rows, key=itemgetter(0))}
    return {
        "edition": {
            "id": edition_id,
            "year": year,
            "frozenAt": frozen_at.isoformat(),
            "digest": digest,
            "madeUp": made_up,
        },
        "hidden": HIDDEN,
        "years": sorted({row[1] for row in rows}, reverse=True),
        "scopes": [[scope, label] for scope, label in SCOPES.items() if any(t.scope == scope for t in territories)],
        "territories": [[one.scope, one.scope_id, one.label] for one in territories],
        "sections": list(SECTIONS.items()),
        "indicators": [
            {**indicator, **_columns(figures[indicator["id"]], place_of, len(indicator["categories"]))}
            for indicator in _catalogue(connection, edition_id)
            if indicator["id"] in figures
        ],
    }


def _territories(connection: duckdb.DuckDBPyConnection, edition_id: str) -> list[Territory]:
    named = {"national": "France", "departement": "Département {}", "region": "Région {}", "plie": "{}"}
    found = [
        Territory(scope, scope_id, set_in_french(name) if name else named[scope].format(scope_id))
        for scope, scope_id, name in connection.execute(_TERRITORIES, [edition_id]).fetchall()
    ]
    order = list(SCOPES)
    return sorted(found, key=lambda one: (order.index(one.scope), one.scope_id))


def _catalogue(connection: duckdb.DuckDBPyConnection, edition_id: str) -> Iterator[dict[str, Any]]:
    rows = connection.execute(_CATALOGUE, [edition_id]).fetchall()
    for indicator_id, of_one in groupby(rows, key=itemgetter(0)):
        categories = list(of_one)
        _, section, label, unit, decimals, base, *_ = categories[0]
        words = definitions()[indicator_id]
        yield {
            "id": indicator_id,
            "section": section,
            "label": set_in_french(label),
            "unit": unit,
            "decimals": decimals,
            "base": base,
            "counts": set_in_french(words.numerator),
            "outOf": set_in_french(words.denominator),
            "categories": [[row[6], set_in_french(row[7])] for row in categories],
        }


def _columns(rows: Sequence[tuple[Any, ...]], place_of: dict[tuple[str, str], int], width: int) -> dict[str, Any]:
    """Figures of one indicator by column: year and territory of each place, its PLIE, then what each category has."""
    places: list[list[int]] = []
    numerators: list[list[float | None]] = [[] for _ in range(width)]
    denominators: list[list[float | None]] = [[] for _ in range(width)]
    for (year, scope, scope_id), of_place in groupby(rows, key=itemgetter(1, 2, 3)):
        categories = {row[4]: row for row in of_place}
        places.append([year, place_of[scope, scope_id], next(iter(categories.values()))[7]])
        for at in range(width):
            row = categories.get(at + 1)
            numerators[at].append(None if row is None else _short(row[5]))
            denominators[at].append(None if row is None else _short(row[6]))
    shared = _shared(denominators)
    return {
        "places": places,
        "n": numerators,
        "d": [] if all(one is None for column in denominators for one in column) else shared,
    }


def _shared(columns: list[list[float | None]]) -> list[list[float | None]]:
    """One column where all categories whose figure is shown have the same base, hidden or not; else all columns."""
    together: list[float | None] = []
    for at_place in zip(*columns, strict=True):
        known = {one for one in at_place if one is not None}
        if len(known) > 1:
            return columns
        together.append(known.pop() if known else None)
    return [together]


def _short(number: float | None) -> float | None:
    return int(number) if number is not None and number == int(number) else number
