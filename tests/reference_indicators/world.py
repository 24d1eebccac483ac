"""Small random worlds, the same for the same seed, in which every case that a definition could get wrong is likely.

Rows are only such as the gate lets in: codes of the lists, exits on or after entries, nothing dated after the delivery
save the end of a step. What it merely warns about (steps outside their parcours, overlaps) is there in plenty.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from tests.reference_indicators.rows import Etape, Loaded, Parcours, Participant, Sortie, World

T = TypeVar("T")

EARLIEST = date(1990, 6, 1)
TRI = ("oui", "non", "refus", None)
JOB_CONTRACT_REQUIRED = "EMPLOI_DURABLE"

COVERAGES = (
    (date(2016, 1, 1), date(2021, 12, 31)),
    (date(2017, 5, 10), date(2021, 12, 30)),
    (date(2015, 6, 15), date(2020, 8, 31)),
    (date(2020, 1, 1), date(2020, 12, 31)),
    (date(2019, 1, 2), date(2021, 1, 1)),
    (date(2021, 3, 1), date(2021, 12, 31)),
    (date(2021, 1, 1), date(2021, 6, 30)),
    (date(2018, 12, 31), date(2019, 12, 31)),
    (date(2021, 1, 1), date(2021, 1, 1)),
    (date(2018, 1, 1), date(2022, 2, 10)),
    (date(2018, 7, 1), date(2018, 11, 30)),
)
"""Begins before, on and after 1 January; ends on 31 or 30 December, on 1 January, inside; no year, one, several."""

DATED_IN_2021 = ("PLIE-00-18", "PLIE-00-19", "PLIE-00-20", "PLIE-00-21", "PLIE-00-22", "PLIE-00-23")
"""PLIE that opened or closed inside 2021, by the register."""


def _day(rng: random.Random, earliest: date, latest: date) -> date:
    """A day from `earliest` to `latest`, both included, often one of those on which years turn."""
    turning = [earliest, latest]
    for year in range(earliest.year, latest.year + 1):
        turning += [date(year, 1, 1), date(year, 1, 2), date(year, 12, 30), date(year, 12, 31)]
        turning += [date(year, 2, 28) + timedelta(days=1)]
    possible = [day for day in turning if earliest <= day <= latest]
    if rng.random() < 0.45:
        return rng.choice(possible)
    return earliest + timedelta(days=rng.randint(0, (latest - earliest).days))


def _maybe(rng: random.Random, values: Sequence[T], missing: float = 0.25) -> T | None:
    return None if rng.random() < missing else rng.choice(values)


def _registered(rng: random.Random, register: Sequence[Mapping[str, str]]) -> list[str]:
    """6 to 14 PLIE: several of one department, of one region, some with neither, some that opened or closed in 2021."""
    by_id = {row["plie_id"]: row for row in register}
    same_department = [id_ for id_, row in by_id.items() if row["department_code"] == "59"]
    same_region = [id_ for id_, row in by_id.items() if row["region_code"] == "32" and row["department_code"] != "59"]
    nowhere = [id_ for id_, row in by_id.items() if not row["region_code"] and id_ not in DATED_IN_2021]
    chosen = rng.sample(same_department, rng.randint(2, 4)) + rng.sample(same_region, 1)
    chosen += rng.sample(nowhere, rng.randint(1, 2)) + rng.sample(DATED_IN_2021, 2)
    elsewhere = [id_ for id_, row in by_id.items() if row["region_code"] not in ("", "32")]
    chosen += rng.sample(elsewhere, rng.randint(0, 14 - len(chosen)))
    rng.shuffle(chosen)
    return chosen


def random_world(seed: int, register: Sequence[Mapping[str, str]], codes: Mapping[str, Sequence[str]]) -> World:
    """A world made from `seed` alone; `register` holds the seed's rows, `codes` the codes of each list."""
    rng = random.Random(seed)
    world = World()
    plie_ids = _registered(rng, register)
    coverages = rng.sample(COVERAGES, min(len(plie_ids), len(COVERAGES)))
    coverages += rng.choices(COVERAGES, k=len(plie_ids) - len(coverages))
    without_rows = rng.choice(plie_ids)
    for plie_id, (coverage_from, coverage_to) in zip(plie_ids, coverages, strict=True):
        created = coverage_to + timedelta(days=rng.choice((0, 1, 40, 400)))
        loaded = Loaded(plie_id, coverage_from, coverage_to, created)
        world.loaded.append(loaded)
        if plie_id != without_rows:
            _fill(rng, world, loaded, codes)
    return world


def _fill(rng: random.Random, world: World, loaded: Loaded, codes: Mapping[str, Sequence[str]]) -> None:
    """People, parcours, steps and exits of one PLIE. Identifiers count from 1 in each PLIE, so PLIE share them."""
    number_of_parcours = 0
    for number in range(1, rng.randint(2, 30) + 1):
        participant = Participant(loaded.plie_id, f"{number:064x}", rng.choice(codes["SEXE"]))
        world.participants.append(participant)
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
            number_of_parcours += 1
            parcours = _parcours(rng, loaded, f"P{number_of_parcours}", participant.participant_id, codes)
            world.parcours.append(parcours)
            sortie = _sortie(rng, loaded, parcours, codes) if rng.random() < 0.65 else None
            if sortie is not None:
                world.sorties.append(sortie)
            for step in range(rng.choice((0, 0, 1, 1, 2, 3, 5))):
                etape_id = f"{parcours.parcours_id}-{step + 1}"
                world.etapes.append(_etape(rng, loaded, parcours, sortie, etape_id, codes))


def _parcours(
    rng: random.Random, loaded: Loaded, parcours_id: str, participant_id: str, codes: Mapping[str, Sequence[str]]
) -> Parcours:
    long_before = rng.random() < 0.1
    earliest = EARLIEST if long_before else loaded.coverage_from - timedelta(days=rng.choice((0, 200, 900)))
    return Parcours(
        plie_id=loaded.plie_id,
        parcours_id=parcours_id,
        participant_id=participant_id,
        date_entree=_day(rng, earliest, loaded.coverage_from if long_before else loaded.created),
        age_entree=_maybe(rng, (15, 25, 26, 27, 44, 45, 46, 80, rng.randint(15, 80))),
        niveau_formation=_maybe(rng, range(1, 9)),
        duree_inscription_mois=_maybe(rng, (0, 11, 12, 13, 600, rng.randint(0, 40))),
        brsa=rng.choice(TRI),
        ass=rng.choice(TRI),
        aah=rng.choice(TRI),
        rqth=rng.choice(TRI),
        qpv=rng.choice(TRI),
        prescripteur=_maybe(rng, codes["PRESCRIPTEUR"]),
    )


def _sortie(rng: random.Random, loaded: Loaded, parcours: Parcours, codes: Mapping[str, Sequence[str]]) -> Sortie:
    on_day_of_entry = rng.random() < 0.1
    motif = rng.choice(codes["MOTIF_SORTIE"])
    contrat = rng.choice(codes["TYPE_CONTRAT"])
    return Sortie(
        plie_id=loaded.plie_id,
        parcours_id=parcours.parcours_id,
        date_sortie=parcours.date_entree if on_day_of_entry else _day(rng, parcours.date_entree, loaded.created),
        motif_sortie=motif,
        type_contrat=contrat if motif == JOB_CONTRACT_REQUIRED or rng.random() < 0.5 else None,
        date_debut_contrat=_maybe(rng, (parcours.date_entree, loaded.created)),
        duree_contrat_mois=_maybe(rng, (0, 5, 6, 7, 120)),
        categorie_employeur=_maybe(rng, codes["EMPLOYEUR"]),
        secteur_naf=_maybe(rng, codes["NAF_SECTION"]),
    )


def _etape(
    rng: random.Random,
    loaded: Loaded,
    parcours: Parcours,
    sortie: Sortie | None,
    etape_id: str,
    codes: Mapping[str, Sequence[str]],
) -> Etape:
    """A step, inside its parcours or before its entry or after its exit, open or closed, of a day or of years."""
    type_etape = rng.choice((*codes["TYPE_ETAPE"], "EMPLOI", "EMPLOI", "EMPLOI"))
    where = rng.random()
    earliest, latest = parcours.date_entree, loaded.created
    if where < 0.15:
        earliest, latest = parcours.date_entree - timedelta(days=800), parcours.date_entree
    elif where < 0.3 and sortie is not None:
        earliest = sortie.date_sortie
    start = _day(rng, earliest, latest)
    end = _day(rng, start, start + timedelta(days=rng.choice((0, 30, 365, 1100)))) if rng.random() < 0.6 else None
    job = type_etape == "EMPLOI"
    return Etape(
        plie_id=loaded.plie_id,
        etape_id=etape_id,
        parcours_id=parcours.parcours_id,
        type_etape=type_etape,
        date_debut=start,
        date_fin=end,
        type_contrat=rng.choice((*codes["TYPE_CONTRAT"], "AIDE")) if job or rng.random() < 0.3 else None,
        structure_accueil=rng.choice(codes["STRUCTURE"]) if job or rng.random() < 0.3 else None,
        heures=_maybe(rng, (0.0, 7.5, 35.0, 1607.25)),
        cofinance_fse=rng.choice(TRI),
    )
