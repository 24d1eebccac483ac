"""What ties the counts of a place and year together: all that the definitions of the catalogue let anybody deduce.

A relation is a sum of concepts with coefficients that is zero, or at least zero. Each holds for a PLIE, and for a
department, a region and the nation by addition. Source: the catalogue of indicators, and rules R09 and R10 of the gate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

DAYS_PER_MONTH = 30.4375
FIRST_ENTRY = date(1990, 6, 1)
"""The contract admits no earlier entry."""


@dataclass(frozen=True)
class Relation:
    """`sum(coefficient * concept)`, equal to zero or at least zero."""

    name: str
    terms: tuple[tuple[str, float], ...]
    is_equality: bool


@dataclass(frozen=True)
class CodeGroups:
    """Codes of a list by the group that the nomenclature puts them in."""

    funders: dict[str, tuple[str, ...]]
    iae_structures: tuple[str, ...]


def _sum(whole: str, parts: Collection[str]) -> Relation:
    return Relation(f"{whole} = sum", ((whole, 1.0), *((part, -1.0) for part in parts)), is_equality=True)


def _at_least(name: str, *terms: tuple[str, float]) -> Relation:
    return Relation(name, terms, is_equality=False)


def relations_within(concepts: Collection[str], groups: CodeGroups, year: int) -> Iterator[Relation]:
    """The relations among the concepts that one place shows in one year.

    Args:
        concepts: names of `consolidation.disclosure.concepts`; a relation that needs another one is left out.
        groups: how the nomenclature groups funders and structures.
        year: bounds how long somebody who left in it can have stayed.
    """
    present = set(concepts)
    for relation in _all_relations(sorted(present), groups, year):
        if len(relation.terms) > 1 and all(concept in present for concept, _ in relation.terms):
            yield relation


def _all_relations(concepts: list[str], groups: CodeGroups, year: int) -> Iterator[Relation]:
    def parts(family: str) -> list[str]:
        return [concept for concept in concepts if concept.startswith(f"{family}:")]

    yield _sum("entries", parts("sex"))
    yield _sum("entries", parts("age"))
    yield _sum("entries", parts("education"))
    yield _sum("low_qualified", [f"education:{level}" for level in (1, 2, 3)])
    for situation in parts("situation"):
        unknown = situation.replace("situation", "unknown")
        yield _at_least(f"{situation} + {unknown} <= entries", ("entries", 1), (situation, -1), (unknown, -1))

    positive = ["class:EMPLOI_DURABLE", "class:FORMATION_QUALIFIANTE", "class:AUTRE_POSITIVE"]
    yield _sum("exits", ["positive", "class:SANS_SUITE"])
    yield _sum("positive", positive)
    yield _sum("class:SANS_SUITE", parts("cause"))
    yield _sum("exits", ["neutralised", "cause:CHANGEMENT_SITUATION"])
    yield _sum("with_sector", parts("sector"))
    yield _at_least("with_sector <= positive", ("positive", 1), ("with_sector", -1))
    yield _sum("with_employer", parts("employer"))
    yield _at_least("with_employer <= durable", ("class:EMPLOI_DURABLE", 1), ("with_employer", -1))
    yield _sum("with_contract", parts("contract"))
    yield _sum("durable_contract", ["contract:CDI", "contract:CDD_6_PLUS"])
    yield _at_least("with_contract <= exits", ("exits", 1), ("with_contract", -1))
    yield _at_least("durable <= with_contract", ("with_contract", 1), ("class:EMPLOI_DURABLE", -1))

    for profile in (concept.split(":")[1] for concept in parts("positive")):
        good, left = f"positive:{profile}", f"exits:{profile}"
        yield _at_least(f"{good} <= {left}", (left, 1), (good, -1))
        yield _at_least(f"{good} <= positive", ("positive", 1), (good, -1))
        yield _at_least(f"{left} - {good} <= sans suite", ("class:SANS_SUITE", 1), (left, -1), (good, 1))
    men_and_women = (("positive:HOMMES", 1.0), ("positive:FEMMES", 1.0))
    yield _at_least("men + women <= positive", ("positive", 1), *((concept, -sign) for concept, sign in men_and_women))
    yield _at_least(
        "men + women <= sans suite",
        ("class:SANS_SUITE", 1),
        ("exits:HOMMES", -1),
        ("exits:FEMMES", -1),
        *men_and_women,
    )

    yield _at_least("open <= active", ("active", 1), ("open", -1))
    yield _at_least("active - open <= exits", ("exits", 1), ("active", -1), ("open", 1))
    yield _sum("steps", parts("step"))
    yield _sum("jobs", ["step:IAE", "jobs_outside_iae"])
    yield _sum("jobs_outside_iae", ["step:EMPLOI_ORDINAIRE", "step:EMPLOI_AIDE"])
    yield _sum("step:FORMATION", parts("training"))
    longest = (date(year, 12, 31) - FIRST_ENTRY).days / DAYS_PER_MONTH
    yield _at_least("months <= longest * exits", ("exits", longest), ("months", -1))

    yield _sum("funding", parts("funder"))
    yield _sum("funding", parts("funder_group"))
    for group, codes in sorted(groups.funders.items()):
        yield _sum(f"funder_group:{group}", [f"funder:{code}" for code in codes])
    yield _sum("operators", parts("operator"))
    yield _sum("operators_iae", [f"operator:{code}" for code in groups.iae_structures])
    yield _sum("operations", parts("operation"))
    yield _sum("referents", parts("referents"))
    for team in ("team", "internal", "external"):
        yield _at_least(f"{team}: fte <= people", (f"{team}_headcount", 1), (f"{team}_fte", -1))


def relations_with_the_year_before() -> Iterator[Relation]:
    """What ties a year of a PLIE to its former one, whose concepts are written `before:…`.

    Who is open at the end of a year is active in the next; a PLIE whose people never have two parcours at once has
    exactly the stock of the year before, plus entries, less exits.
    """
    yield Relation(
        "stock + entries - exits = next stock",
        (("open", 1), ("before:open", -1), ("entries", -1), ("exits", 1)),
        is_equality=True,
    )
    yield _at_least("open before <= active", ("active", 1), ("before:open", -1))
    yield _at_least("active <= open before + entries", ("before:open", 1), ("entries", 1), ("active", -1))
