"""Names the cases that a world holds, so that a test can see that none of them went missing from the random ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from tests.reference_indicators.rows import World

TURN_OF_THE_YEAR = {(1, 1): "1 January", (12, 30): "30 December", (12, 31): "31 December"}

EXPECTED = {
    "a PLIE without any row",
    "a PLIE without region",
    "a PLIE loaded and closed in 2021",
    "coverage from 1 January",
    "coverage from inside a year",
    "coverage to 31 December",
    "coverage to 30 December",
    "coverage to 1 January",
    "coverage of one year",
    "a person without parcours",
    "a person of unknown sex",
    "one identifier in two PLIE",
    "two entries of one person in a year",
    "an entry before 2000",
    "an entry before the coverage",
    "an entry after the coverage",
    "an exit before the coverage",
    "an exit on the day of entry",
    "an exit on 31 December",
    "an exit on 1 January",
    "an open step of an open parcours",
    "an open step of a closed parcours",
    "an open step that begins after the exit",
    "a closed step that begins after the exit",
    "a step that ends before the entry",
    "a step of three years",
    "a step that is no job, hosted by the IAE",
    "an aided contract in the IAE",
}


def cases_of(world: World, register: Mapping[str, Mapping[str, str]]) -> set[str]:
    """The names of the cases above that this world holds."""
    found = {
        *_cases_of_plie(world, register),
        *_cases_of_people(world),
        *_cases_of_exits(world),
        *_cases_of_steps(world),
    }
    return {name for name in found if name}


def _cases_of_plie(world: World, register: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    sent_something = {row.plie_id for row in world.participants}
    for loaded in world.loaded:
        begin, end = loaded.coverage_from, loaded.coverage_to
        ending = (end.month, end.day)
        yield "" if loaded.plie_id in sent_something else "a PLIE without any row"
        yield "" if register[loaded.plie_id]["region_code"] else "a PLIE without region"
        yield "a PLIE loaded and closed in 2021" if register[loaded.plie_id]["closed_on"] and end.year == 2021 else ""
        yield "coverage from 1 January" if (begin.month, begin.day) == (1, 1) else "coverage from inside a year"
        yield f"coverage to {TURN_OF_THE_YEAR[ending]}" if ending in TURN_OF_THE_YEAR else ""
        yield "coverage of one year" if begin.year == end.year else ""


def _cases_of_people(world: World) -> Iterator[str]:
    loaded = {one.plie_id: one for one in world.loaded}
    with_parcours = {(row.plie_id, row.participant_id) for row in world.parcours}
    for participant in world.participants:
        person = (participant.plie_id, participant.participant_id)
        yield "" if person in with_parcours else "a person without parcours"
        yield "a person of unknown sex" if participant.sexe == "N" else ""
    if len({identifier for _, identifier in with_parcours}) < len(with_parcours):
        yield "one identifier in two PLIE"
    entries = Counter((row.plie_id, row.participant_id, row.date_entree.year) for row in world.parcours)
    yield "two entries of one person in a year" if max(entries.values()) > 1 else ""
    for row in world.parcours:
        yield "an entry before 2000" if row.date_entree.year < 2000 else ""
        yield "an entry before the coverage" if row.date_entree < loaded[row.plie_id].coverage_from else ""
        yield "an entry after the coverage" if row.date_entree > loaded[row.plie_id].coverage_to else ""


def _cases_of_exits(world: World) -> Iterator[str]:
    loaded = {one.plie_id: one for one in world.loaded}
    entered = {(row.plie_id, row.parcours_id): row.date_entree for row in world.parcours}
    for row in world.sorties:
        day = row.date_sortie
        yield "an exit before the coverage" if day < loaded[row.plie_id].coverage_from else ""
        yield "an exit on the day of entry" if day == entered[row.plie_id, row.parcours_id] else ""
        yield "an exit on 1 January" if (day.month, day.day) == (1, 1) else ""
        yield "an exit on 31 December" if (day.month, day.day) == (12, 31) else ""


def _cases_of_steps(world: World) -> Iterator[str]:
    entered = {(row.plie_id, row.parcours_id): row.date_entree for row in world.parcours}
    left = {(row.plie_id, row.parcours_id): row.date_sortie for row in world.sorties}
    for row in world.etapes:
        parcours = (row.plie_id, row.parcours_id)
        after_exit = row.date_debut > left.get(parcours, date.max)
        in_iae = row.structure_accueil == "ACI"
        if row.date_fin is None:
            yield f"an open step of {'a closed' if parcours in left else 'an open'} parcours"
            yield "an open step that begins after the exit" if after_exit else ""
        else:
            yield "a closed step that begins after the exit" if after_exit else ""
            yield "a step that ends before the entry" if row.date_fin < entered[parcours] else ""
            yield "a step of three years" if row.date_fin.year - row.date_debut.year >= 2 else ""
        yield "a step that is no job, hosted by the IAE" if in_iae and row.type_etape != "EMPLOI" else ""
        yield "an aided contract in the IAE" if in_iae and row.type_contrat == "AIDE" else ""
