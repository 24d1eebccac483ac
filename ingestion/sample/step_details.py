"""What each step is made of: its exact type, contract and host, hours, and whether the European Social Fund pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.contract import code_lists
from ingestion.sample.calendar import NO_DAY
from ingestion.sample.careers import Careers
from ingestion.sample.contracts import CONTRACTS, NONE
from ingestion.sample.drawing import Ints
from ingestion.sample.programmes import Programmes, peculiarities
from ingestion.sample.situations import NON, NOT_SUPPLIED, OUI, REFUS, never_supplied
from ingestion.sample.steps import JOBS, Steps
from ingestion.sample.targets import Targets

STEP_TYPES = tuple(code_lists()["TYPE_ETAPE"])
HOSTS = tuple(code_lists()["STRUCTURE"])
UNKNOWN_HOST = ""
JOB_MIX: dict[str, dict[tuple[str, str], float]] = {
    "IAE": {
        ("ACI", "CDDI"): 52,
        ("ACI", "AIDE"): 1,
        ("EI", "CDDI"): 8,
        ("ETTI", "INTERIM"): 16,
        ("AI", "CDD_MOINS_6"): 12,
        ("AI", "CDDI"): 5,
        ("EITI", "INDEPENDANT"): 1,
        ("RQ", "CDDI"): 5,
    },
    "EMPLOI_ORDINAIRE": {
        ("ENTREPRISE", "INTERIM"): 30,
        ("ENTREPRISE", "CDD_MOINS_6"): 27,
        ("ENTREPRISE", "CDD_6_PLUS"): 8,
        ("ENTREPRISE", "CDI"): 7,
        ("ENTREPRISE", "SAISONNIER"): 4,
        ("ENTREPRISE", "ALTERNANCE"): 3,
        ("ASSOCIATION", "CDD_MOINS_6"): 6,
        ("PUBLIC", "CDD_MOINS_6"): 8,
        ("CCAS", "CDD_MOINS_6"): 2,
        ("GEIQ", "ALTERNANCE"): 2,
        ("EA", "CDD_6_PLUS"): 2,
        ("AUTRE", "CDD_MOINS_6"): 1,
    },
    "EMPLOI_AIDE": {
        ("ASSOCIATION", "AIDE"): 40,
        ("PUBLIC", "AIDE"): 35,
        ("ENTREPRISE", "AIDE"): 12,
        ("CCAS", "AIDE"): 8,
        ("EA", "AIDE"): 5,
    },
}
"""Host and contract of the jobs of each nature. An aided contract inside the IAE counts as IAE."""
HOST_MIX: dict[str, dict[str, float]] = {
    "MOBILISATION": {"PLIE": 30, "ASSOCIATION": 35, "ORGANISME_FORMATION": 20, "CCAS": 5, UNKNOWN_HOST: 10},
    "MEDIATION": {"PLIE": 45, "FRANCE_TRAVAIL": 25, "ASSOCIATION": 18, "MISSION_LOCALE": 2, UNKNOWN_HOST: 10},
    "FORMATION": {"ORGANISME_FORMATION": 85, "ASSOCIATION": 8, "GEIQ": 2, UNKNOWN_HOST: 5},
    "FREINS": {"ASSOCIATION": 50, "CCAS": 20, "PLIE": 18, UNKNOWN_HOST: 12},
    "CREATION_ACTIVITE": {"ASSOCIATION": 70, "AUTRE": 20, UNKNOWN_HOST: 10},
    "IMMERSION": {"ENTREPRISE": 60, "ASSOCIATION": 20, "PUBLIC": 17, UNKNOWN_HOST: 3},
    "AUTRE": {"PLIE": 30, "AUTRE": 35, UNKNOWN_HOST: 35},
}
HOURS_A_DAY = {
    "MOBILISATION": 0.6,
    "MEDIATION": 0.3,
    "FORMATION": 3.2,
    "EMPLOI_ORDINAIRE": 4.0,
    "EMPLOI_AIDE": 3.2,
    "IAE": 3.7,
    "FREINS": 0.4,
    "CREATION_ACTIVITE": 0.4,
    "IMMERSION": 4.6,
    "AUTRE": 0.3,
}
"""Hours for each day of the calendar, about."""
HOURS_LEFT_OUT = 0.08
PAID_LEFT_OUT, PAID_REFUSED = 0.03, 0.001
SIX_MONTHS_DAYS = 184


@dataclass
class StepDetails:
    """By step: positions in STEP_TYPES, CONTRACTS, HOSTS and TRI, and half hours; -1 when not supplied."""

    type: Ints
    contract: Ints
    host: Ints
    half_hours: Ints
    paid_by_fund: Ints


def _draw_jobs(details: StepDetails, nature: str, where: Ints, days: Ints, rng: np.random.Generator) -> None:
    mix = JOB_MIX[nature]
    pairs = np.array([(HOSTS.index(host), CONTRACTS.index(contract)) for host, contract in mix], dtype=np.int8)
    weights = np.array(list(mix.values()))
    host, contract = pairs[rng.choice(len(pairs), len(where), p=weights / weights.sum())].T
    too_long = (contract == CONTRACTS.index("CDD_MOINS_6")) & (days[where] > SIX_MONTHS_DAYS)
    longer = "CDDI" if nature == "IAE" else "CDD_6_PLUS"
    details.host[where] = host
    details.contract[where] = np.where(too_long, CONTRACTS.index(longer), contract)
    details.type[where] = STEP_TYPES.index("EMPLOI")


def _draw_others(details: StepDetails, nature: str, where: Ints, targets: Targets, rng: np.random.Generator) -> None:
    mix = HOST_MIX[nature]
    hosts = np.array([HOSTS.index(host) if host else NONE for host in mix], dtype=np.int8)
    weights = np.array(list(mix.values()))
    details.host[where] = rng.choice(hosts, len(where), p=weights / weights.sum())
    if nature == "FORMATION":
        kinds = targets.categories("training")
        codes = np.array([STEP_TYPES.index(kind) for kind in kinds], dtype=np.int8)
        chances = targets.weights("training", 0)
        details.type[where] = rng.choice(codes, len(where), p=chances / chances.sum())
    else:
        details.type[where] = STEP_TYPES.index(nature)


def draw_step_details(
    steps: Steps, careers: Careers, programmes: Programmes, targets: Targets, rng: np.random.Generator
) -> StepDetails:
    """Details of every step, plausible for its nature and length."""
    size = len(steps)

    def empty() -> Ints:
        return np.full(size, NONE, dtype=np.int8)

    details = StepDetails(empty(), empty(), empty(), np.full(size, NONE, dtype=np.int16), empty())
    known_end = steps.end != NO_DAY
    days = np.where(known_end, steps.end - steps.start + 1, 0).astype(np.int32)
    rate = np.empty(size, dtype=np.float32)
    for number, nature in enumerate(steps.natures):
        where = np.flatnonzero(steps.nature == number)
        if nature in JOBS:
            _draw_jobs(details, nature, where, days, rng)
        else:
            _draw_others(details, nature, where, targets, rng)
        rate[where] = HOURS_A_DAY[nature]

    programme = careers.programme[steps.parcours]
    supplied = known_end & (rng.random(size) >= HOURS_LEFT_OUT) & ~never_supplied("HEURES", programme)
    half_hours = np.maximum(np.round(2 * days * rate * rng.uniform(0.5, 1.1, size)), 2)
    details.half_hours[supplied] = half_hours[supplied].astype(np.int16)

    share = 1 / (1 + np.exp(-peculiarities(rng, programmes, 0.8)))[programme]
    chance = rng.random(size)
    details.paid_by_fund[:] = np.where(rng.random(size) < share, OUI, NON)
    details.paid_by_fund[chance < PAID_LEFT_OUT] = NOT_SUPPLIED
    details.paid_by_fund[chance > 1 - PAID_REFUSED] = REFUS
    return details
