"""A tiny nation of made-up PLIE whose quantities keep every relation, drawn from a seed; and its table of indicators.

Only the names of the quantities are taken from the code under test; every amount is drawn or added up here.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping

import duckdb

from ingestion.contract.nomenclature import code_lists, codes_of_group
from quality.reconciliation.catalogue import Cell, cells

YEAR = 2021
PLACES = {"P1": ("84", "69"), "P2": ("84", "69"), "P3": ("84", "38"), "P4": ("93", None), "P5": (None, None)}
"""Region and department of each PLIE: one has no department, one has neither."""
COLUMNS = (
    *("indicator_id", "year", "perimeter", "scope", "scope_id", "category"),
    *("numerator", "denominator", "value", "n_missing", "n_plie"),
)
TYPES = ("VARCHAR", "INTEGER", *["VARCHAR"] * 4, *["DOUBLE"] * 3, "BIGINT", "BIGINT")
SURVEYED = ("P1", "P3", "P5")
"""The PLIE that answered the survey."""


def split(draw: random.Random, total: int, names: list[str], prefix: str) -> dict[str, int]:
    """`total` shared out at random among the names."""
    cuts = sorted(draw.randint(0, total) for _ in names[1:])
    amounts = [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]
    return {f"{prefix}.{name}": amount for name, amount in zip(names, amounts, strict=True)}


def quantities_of_plie(draw: random.Random, answers: bool) -> dict[str, float]:
    """Every quantity of one PLIE in one year."""
    found: dict[str, float] = {}
    before, entries = draw.randint(0, 200), draw.randint(0, 120)
    exits = draw.randint(0, before + entries)
    twice = draw.randint(0, min(entries, exits))
    found |= {
        "parcours.open_before": before,
        "parcours.open_after": before + entries - exits,
        "persons.active": before + entries - twice,
        "persons.on_31_december": before + entries - exits,
        "persons.on_31_december@before": before,
        "entries": entries,
        "exits": exits,
    }
    found |= split(draw, entries, ["F", "H", "N"], "entries.sex")
    found |= split(draw, entries, ["MOINS_26", "26_44", "45_PLUS", "NR"], "entries.age")
    found |= split(draw, entries, [*"12345678", "NR"], "entries.education")
    found["entries.low_qualified"] = sum(found[f"entries.education.{level}"] for level in "123")
    for name in ("BRSA", "DELD", "ASS", "AAH", "RQTH", "QPV"):
        found[f"entries.situation.{name}"] = yes = draw.randint(0, entries)
        found[f"entries.situation_unknown.{name}"] = draw.randint(0, entries - yes)
    found |= exits_of_plie(draw, exits)
    found |= steps_of_plie(draw)
    found["months.of_exits"] = exits * draw.uniform(1, 40)
    found |= {"plie.known": 1, "plie.participating": 1, "plie.base.register": 1, "plie.base.transfers": 1}
    return found | (survey_of_plie(draw) if answers else {})


def exits_of_plie(draw: random.Random, exits: int) -> dict[str, float]:
    found: dict[str, float] = {}
    positive = draw.randint(0, exits)
    lost = exits - positive
    found |= {"exits.positive": positive, "exits.class.SANS_SUITE": lost}
    found |= split(draw, positive, ["EMPLOI_DURABLE", "FORMATION_QUALIFIANTE", "AUTRE_POSITIVE"], "exits.class")
    found |= split(draw, lost, ["ABANDON", "CHANGEMENT_SITUATION", "AUTRE"], "exits.cause")
    found["exits.neutralised"] = exits - found["exits.cause.CHANGEMENT_SITUATION"]
    above = split(draw, positive, ["HOMMES", "FEMMES", "unknown"], "p")
    rest = split(draw, lost, ["HOMMES", "FEMMES", "unknown"], "p")
    for name in ("HOMMES", "FEMMES"):
        found[f"exits.positive_of.{name}"] = above[f"p.{name}"]
        found[f"exits.of.{name}"] = above[f"p.{name}"] + rest[f"p.{name}"]
    for name in ("DELD", "BRSA", "NIVEAU_1_2"):
        found[f"exits.positive_of.{name}"] = those = draw.randint(0, positive)
        found[f"exits.of.{name}"] = those + draw.randint(0, lost)
    found["exits.positive_with_sector"] = known = draw.randint(0, positive)
    found |= split(draw, known, list(code_lists()["NAF_SECTION"]), "exits.positive_in_sector")
    found["exits.durable_with_employer"] = known = draw.randint(0, int(found["exits.class.EMPLOI_DURABLE"]))
    found |= split(draw, known, list(code_lists()["EMPLOYEUR"]), "exits.durable_at_employer")
    found["exits.with_contract"] = known = draw.randint(0, exits)
    found |= split(draw, known, list(code_lists()["TYPE_CONTRAT"]), "exits.contract")
    found["exits.with_durable_contract"] = found["exits.contract.CDI"] + found["exits.contract.CDD_6_PLUS"]
    return found


def steps_of_plie(draw: random.Random) -> dict[str, float]:
    steps = draw.randint(0, 400)
    natures = [category for name, category in cells() if name == "steps.by_type"]
    found: dict[str, float] = {"steps": steps, **split(draw, steps, natures, "steps.nature")}
    found["steps.jobs_outside_iae"] = found["steps.nature.EMPLOI_ORDINAIRE"] + found["steps.nature.EMPLOI_AIDE"]
    found["steps.jobs"] = found["steps.jobs_outside_iae"] + found["steps.nature.IAE"]
    kinds = ["FORMATION_QUALIFIANTE", "FORMATION_CERTIFIANTE", "FORMATION_NON_QUALIFIANTE"]
    return found | split(draw, int(found["steps.nature.FORMATION"]), kinds, "steps.training")


def survey_of_plie(draw: random.Random) -> dict[str, float]:
    found: dict[str, float] = {}
    for prefix, total, names in (
        ("euros.from", "euros.funding", "FINANCEUR"),
        ("euros.to", "euros.to_operators", "STRUCTURE"),
        ("euros.for", "euros.for_operations", "OPERATION"),
        ("team.external_referents_at", "team.external_referents_with_employer", "STRUCTURE"),
    ):
        found[total] = amount = draw.randint(1, 100 if prefix.startswith("team") else 900_000)
        found |= split(draw, amount, list(code_lists()[names]), prefix)
    for group in ("FSE", "COLLECTIVITES", "ETAT", "AUTRES"):
        found[f"euros.from_group.{group}"] = sum(found[f"euros.from.{c}"] for c in codes_of_group("FINANCEUR", group))
    found["euros.to_iae"] = sum(found[f"euros.to.{code}"] for code in codes_of_group("STRUCTURE", "IAE"))
    for who in ("internal", "internal_referents", "external_referents"):
        found[f"team.{who}"] = draw.randint(1, 12)
        found[f"fte.{who}"] = found[f"team.{who}"] - draw.randint(0, 3) / 4
        found[f"answers.team.{who}"] = found[f"answers.fte.{who}"] = 1
    found |= {"partners": draw.randint(0, 300), "answers.partners": 1}
    return found | {cell.base: 1 for cell in cells().values() if "survey:" in cell.base}


def nation(seed: int) -> dict[str, dict[str, float]]:
    """The quantities of each PLIE."""
    draw = random.Random(seed)
    return {plie_id: quantities_of_plie(draw, plie_id in SURVEYED) for plie_id in PLACES}


def total(plie: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The quantities of several PLIE added up."""
    found: Counter[str] = Counter()
    for quantities in plie.values():
        found.update(quantities)
    return dict(found)


def value_of(cell: Cell, quantities: Mapping[str, float]) -> float | None:
    """What the cell shows."""
    above = quantities[cell.numerator]
    if cell.unit == "count":
        return above
    below = quantities[cell.denominator or ""]
    return None if below == 0 else (100 if cell.unit == "percent" else 1) * above / below


def warehouse(seed: int) -> duckdb.DuckDBPyConnection:
    """A database with `marts.indicators`, `marts.dim_plie` and `marts.fct_entries` of that nation."""
    plie = nation(seed)
    connection = duckdb.connect()
    connection.execute("create schema marts")
    connection.execute("create table marts.dim_plie (plie_id varchar, region_code varchar, department_code varchar)")
    connection.executemany("insert into marts.dim_plie values (?, ?, ?)", [(p, *place) for p, place in PLACES.items()])
    connection.execute("create table marts.fct_entries (plie_id varchar, entered_on date, exited_on date)")
    for plie_id, amounts in plie.items():
        connection.execute(
            "insert into marts.fct_entries select ?,"
            " case when i < ? then date '2019-05-02' else date '2021-03-01' end,"
            " case when i < ? then null when i % 2 = 0 then date '2021-12-31' else date '2021-06-30' end"
            " from range(?) t(i)",
            [plie_id, amounts["parcours.open_before"], amounts["parcours.open_after"],
             amounts["parcours.open_before"] + amounts["entries"]],
        )  # fmt: skip
    rows = [row for scope, scope_id, members in _territories() for row in _rows(scope, scope_id, plie, members)]
    types = json.dumps([dict(zip(COLUMNS, TYPES, strict=True))])
    connection.execute(
        f"create table marts.indicators as select unnest(from_json(?, '{types}'), recursive := true)",
        [json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows])],
    )
    return connection


def _territories() -> list[tuple[str, str, list[str]]]:
    found: dict[tuple[str, str], list[str]] = {}
    for plie_id, (region, department) in PLACES.items():
        for scope, scope_id in (("national", "FR"), ("region", region), ("departement", department), ("plie", plie_id)):
            if scope_id is not None:
                found.setdefault((scope, scope_id), []).append(plie_id)
    return [(scope, scope_id, members) for (scope, scope_id), members in found.items()]


def _rows(
    scope: str, scope_id: str, plie: Mapping[str, Mapping[str, float]], members: list[str]
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    added = total({plie_id: plie[plie_id] for plie_id in members})
    for cell in cells().values():
        if cell.base not in added:
            continue
        missing = added[cell.missing] if cell.missing else None
        below = added[cell.denominator] if cell.denominator else None
        rows.append(
            (cell.indicator_id, YEAR, "complete", scope, scope_id, cell.category, added[cell.numerator], below,
             value_of(cell, added), missing, added[cell.base])
        )  # fmt: skip
        if scope == "plie" and cell.indicator_id == "active.on_31_december":
            before = added["persons.on_31_december@before"]
            name = cell.indicator_id
            rows.append((name, YEAR - 1, "complete", scope, scope_id, "TOTAL", before, None, before, None, 1))
    return rows
