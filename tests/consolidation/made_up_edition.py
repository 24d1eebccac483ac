"""A small national edition, from made-up people to frozen indicators, computed by the written definitions alone.

Some twenty PLIE, from tiny to large, over two years: several in one department, some alone in theirs, one nowhere.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import duckdb

from ingestion.settings import SEEDS
from ingestion.warehouse import as_list_value
from tests.reference_indicators.definitions import Catalogue, Part, Parts, YearOfPlie, transfers
from tests.reference_indicators.rows import Etape, Parcours, Participant, Sortie, World

YEARS = (2020, 2021)
TRI = ("oui", "non", "refus", None)
Figures = dict[tuple[str, str], Part]
"""Of one PLIE in one year: by indicator and category."""


def _read(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REGISTER = {row["plie_id"]: row for row in _read("plie_register.csv")}
CODES: dict[str, list[str]] = defaultdict(list)
GROUPS: dict[tuple[str, str], str] = {}
for _row in _read("code_lists.csv"):
    CODES[_row["list"]].append(_row["code"])
    GROUPS[_row["list"], _row["code"]] = _row["group"]
LINES = {row["indicator_id"]: row for row in _read("indicator_catalogue.csv")}
CATALOGUE = Catalogue(
    LINES, CODES, frozenset(code for code in CODES["STRUCTURE"] if GROUPS["STRUCTURE", code] == "IAE")
)


def some_plie() -> list[str]:
    """PLIE of four regions, of departments with one and with several of them, and one without place."""
    nowhere = [plie_id for plie_id, row in REGISTER.items() if not row["region_code"]][:1]
    placed = [plie_id for plie_id, row in REGISTER.items() if row["region_code"] in ("32", "84", "44", "53")]
    return sorted(placed[:20] + placed[-3:] + nowhere)


def _weighted(draw: random.Random, codes: list[str]) -> str:
    """Codes of which the first ones of a shuffled list are usual, and the last ones rare."""
    return codes[min(int(draw.expovariate(0.6)), len(codes) - 1)]


def _people(draw: random.Random, plie_id: str, n_people: int) -> World:
    world = World()
    lists = {name: draw.sample(CODES[name], len(CODES[name])) for name in ("NAF_SECTION", "EMPLOYEUR", "TYPE_CONTRAT")}
    motives, kinds = draw.sample(CODES["MOTIF_SORTIE"], 9), draw.sample(CODES["TYPE_ETAPE"], 10)
    for number in range(n_people):
        person, stay = f"{number:064x}", f"P{number}"
        entered = date(2019, 7, 1) + timedelta(days=draw.randrange(900))
        world.participants.append(Participant(plie_id, person, draw.choices("FHN", (50, 48, 2))[0]))
        rare = draw.choices(TRI, (8, 80, 2, 10), k=3)
        usual = draw.choices(TRI, (45, 45, 3, 7), k=2)
        world.parcours.append(
            Parcours(
                plie_id,
                stay,
                person,
                entered,
                age_entree=draw.choice([None, *range(18, 62)]),
                niveau_formation=draw.choices([None, 1, 2, 3, 4, 5, 6, 7, 8], (4, 15, 20, 30, 18, 8, 3, 1, 1))[0],
                duree_inscription_mois=draw.choice([None, *range(36)]),
                brsa=usual[0],
                ass=rare[0],
                aah=rare[1],
                rqth=rare[2],
                qpv=usual[1],
            )
        )
        for step in range(draw.randrange(4)):
            began = entered + timedelta(days=draw.randrange(300))
            kind = _weighted(draw, kinds)
            world.etapes.append(
                Etape(
                    plie_id,
                    f"{stay}-{step}",
                    stay,
                    kind,
                    began,
                    began + timedelta(days=draw.randrange(200)),
                    type_contrat=draw.choice(["AIDE", "CDI"]) if kind == "EMPLOI" else None,
                    structure_accueil=draw.choice(["ACI", "PUBLIC"]) if kind == "EMPLOI" else None,
                )
            )
        if draw.random() < 0.7:
            motive = _weighted(draw, motives)
            signed = motive == "EMPLOI_DURABLE" or draw.random() < 0.1
            world.sorties.append(
                Sortie(
                    plie_id,
                    stay,
                    entered + timedelta(days=draw.randrange(700)),
                    motive,
                    type_contrat=_weighted(draw, lists["TYPE_CONTRAT"]) if signed else None,
                    categorie_employeur=_weighted(draw, lists["EMPLOYEUR"]) if signed and draw.random() < 0.8 else None,
                    secteur_naf=_weighted(draw, lists["NAF_SECTION"]) if signed and draw.random() < 0.8 else None,
                )
            )
    return world


def _survey(draw: random.Random) -> Figures:
    euros = {code: float(draw.choice([0, draw.randrange(1, 200_000)])) for code in CODES["FINANCEUR"]}
    total = sum(euros.values())
    groups: dict[str, float] = defaultdict(float)
    for code, amount in euros.items():
        groups[GROUPS["FINANCEUR", code]] += amount
    people = float(draw.randrange(1, 30))
    employed = {code: float(draw.choice([0, 0, 0, draw.randrange(8)])) for code in CODES["STRUCTURE"]}
    return {
        **{("funding.by_funder", code): Part(amount, total) for code, amount in euros.items()},
        **{("funding.by_group", group): Part(amount, total) for group, amount in groups.items()},
        ("team.internal_headcount", "TOTAL"): Part(people, 1),
        ("team.internal_fte", "TOTAL"): Part(people * 0.75, 1),
        **{
            ("team.external_referents_by_employer", code): Part(count, sum(employed.values()))
            for code, count in employed.items()
        },
    }


def draw_figures(seed: int, plie_ids: Iterable[str], size: int = 150) -> dict[tuple[str, int], Figures]:
    """All figures of each PLIE and year; `size` is about the number of people in a PLIE, from a tenth to the double."""
    drawn: dict[tuple[str, int], Figures] = {}
    for plie_id in plie_ids:
        draw = random.Random(f"{seed} {plie_id}")
        world = _people(draw, plie_id, max(3, int(size * draw.choice([0.1, 0.5, 0.8, 1.0, 1.5, 2.0]))))
        answers = draw.random() < 0.7
        for year in YEARS:
            parts: Parts = transfers([YearOfPlie(world, plie_id, year)], CATALOGUE)
            drawn[plie_id, year] = {(name, key): part for name, by_key in parts.items() for key, part in by_key.items()}
            if answers:
                drawn[plie_id, year] |= _survey(draw)
    return drawn


def _value(unit: str, numerator: float, denominator: float | None) -> float | None:
    if denominator is None:
        return numerator
    return None if denominator == 0 else (100 if unit == "percent" else 1) * numerator / denominator


def open_edition_warehouse() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory that holds nothing but what disclosure control reads."""
    connection = duckdb.connect()
    connection.execute(
        "create schema consolidation; create schema published; create schema nomenclature; create schema marts"
    )
    for name in ("indicator_catalogue", "code_lists"):
        connection.execute(
            f"create table nomenclature.{name} as"
            f" from read_csv('{SEEDS / name}.csv', header = true, all_varchar = true)"
        )
    connection.execute(
        "create table marts.dim_plie as select plie_id, department_code, region_code"
        f" from read_csv('{SEEDS / 'plie_register.csv'}', header = true, all_varchar = true)"
    )
    columns = (
        "edition_id varchar, indicator_id varchar, year integer, perimeter varchar, scope varchar, scope_id varchar,"
        " category varchar, numerator double, denominator double, value double, n_missing bigint, n_plie bigint"
    )
    connection.execute(f"create table consolidation.indicators ({columns})")
    connection.execute(f"create table published.indicators ({columns}, suppressed boolean)")
    return connection


def freeze(connection: duckdb.DuckDBPyConnection, edition_id: str, drawn: Mapping[tuple[str, int], Figures]) -> None:
    """Adds an edition: the figures of each PLIE, and their sums by department, region and nation."""
    sums: dict[tuple[str, int, str, str, str], list[Part]] = defaultdict(list)
    for (plie_id, year), figures in sorted(drawn.items()):
        place = REGISTER[plie_id]
        scopes = {
            "national": "FR",
            "plie": plie_id,
            "region": place["region_code"],
            "departement": place["department_code"],
        }
        for (indicator_id, category), part in figures.items():
            for scope, scope_id in scopes.items():
                if scope_id:
                    sums[indicator_id, year, scope, scope_id, category].append(part)
    rows = []
    for (indicator_id, year, scope, scope_id, category), parts in sorted(sums.items()):
        numerator = sum(part.numerator for part in parts)
        denominator = None if parts[0].denominator is None else sum(part.denominator or 0 for part in parts)
        missing = None if parts[0].n_missing is None else sum(part.n_missing or 0 for part in parts)
        value = _value(LINES[indicator_id]["unit"], numerator, denominator)
        rows.append(
            f"{edition_id},{indicator_id},{year},complete,{scope},{scope_id},{category},"
            + ",".join("" if figure is None else repr(figure) for figure in (numerator, denominator, value, missing))
            + f",{len(parts)}"
        )
    connection.execute("create temp table lines as select unnest(?::json::varchar[]) as line", [as_list_value(rows)])
    connection.execute(
        "insert into consolidation.indicators select cells[1], cells[2], cells[3]::integer, cells[4], cells[5],"
        " cells[6], cells[7], cells[8]::double, nullif(cells[9], '')::double, nullif(cells[10], '')::double,"
        " nullif(cells[11], '')::bigint, cells[12]::bigint from (select string_split(line, ',') as cells from lines)"
    )
    connection.execute("drop table lines")
