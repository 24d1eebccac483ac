"""What people leave for: contract, its start and length, employer and sector of activity of each exit.

Durable exits all have a contract (the gate asks for it); other contracts, published as « données partielles », stand on
other positive exits and on sans-suite exits of no named cause.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.contract import code_lists
from ingestion.sample.calendar import NO_DAY, on_a_weekday
from ingestion.sample.careers import Careers
from ingestion.sample.drawing import Ints, Mask, apportion, first, race
from ingestion.sample.outcomes import MOTIVES, POSITIVE, Leavers
from ingestion.sample.targets import Targets

CONTRACTS = tuple(code_lists()["TYPE_CONTRAT"])
EMPLOYERS = tuple(code_lists()["EMPLOYEUR"])
SECTORS = tuple(code_lists()["NAF_SECTION"])
NONE = -1
DURABLE_CONTRACTS = ("CDI", "CDD_6_PLUS", "ALTERNANCE", "FONCTION_PUBLIQUE", "INDEPENDANT")
OTHER_CONTRACTS = ("CDD_MOINS_6", "INTERIM", "SAISONNIER", "AIDE", "CDDI")
DURABLE_DAYS = (185, 206)
"""Days from the contract to the exit: six months have 184 at most, and the job is checked soon after."""
OTHER_DAYS = (0, 60)
LENGTHS = {
    "CDD_6_PLUS": (6, 6, 6, 6, 7, 8, 9, 9, 10, 12, 12, 12, 18, 24),
    "ALTERNANCE": (12, 12, 18, 24),
    "CDD_MOINS_6": (1, 1, 2, 2, 3, 3, 4, 5),
    "INTERIM": (0, 0, 1, 1, 2, 3),
    "SAISONNIER": (2, 3, 3, 4, 6),
    "AIDE": (6, 9, 10, 12),
    "CDDI": (4, 4, 6, 8, 12),
}
"""Months that each fixed-term contract may have been signed for, as often as they stand here."""
LENGTH_SUPPLIED = 0.85
OWN_EMPLOYER = {
    "INDEPENDANT": "INDEPENDANT",
    "FONCTION_PUBLIQUE": "PUBLIC",
    "INTERIM": "ENTREPRISE",
    "CDDI": "ASSOCIATION",
}
"""Contracts that leave no choice of employer."""


@dataclass
class Exits:
    """By parcours; -1 (or NO_DAY) where not supplied. Motive, contract, employer and sector are positions in lists."""

    motive: Ints
    contract: Ints
    contract_start: Ints
    months: Ints
    employer: Ints
    sector: Ints

    @classmethod
    def with_motives(cls, motive: Ints) -> Exits:
        def empty() -> Ints:
            return np.full(len(motive), NONE, dtype=np.int8)

        start = np.full(len(motive), NO_DAY, dtype=np.int32)
        return cls(motive, empty(), start, empty(), empty(), empty())


def _codes(names: tuple[str, ...], codes: tuple[str, ...]) -> Ints:
    return np.array([codes.index(name) for name in names], dtype=np.int8)


class _Clerk:
    """Writes down what each of one group of leavers left for."""

    def __init__(
        self, exits: Exits, careers: Careers, leavers: Leavers, targets: Targets, rng: np.random.Generator
    ) -> None:
        self.exits, self.careers, self.leavers, self.targets, self.rng = exits, careers, leavers, targets, rng
        self.motive = exits.motive[leavers.exits]

    def is_one_of(self, *motives: str) -> Mask:
        return np.isin(self.motive, _codes(motives, MOTIVES))

    def some(self, mask: Mask, share: float) -> Ints:
        """Positions of `share` of those marked, in random order."""
        quota = round(share * int(mask.sum()))
        return first(race(self.rng, mask.astype(np.float64)), quota)

    def deal(self, field: Ints, who: Ints, quotas: Ints, codes: Ints) -> None:
        """Gives the codes to `who` (already in random order), each to its quota."""
        field[self.leavers.exits[who]] = np.repeat(codes, quotas)

    def sign_contracts(self) -> None:
        """Contracts to the national mix: as many in all as the durable ones are their share of."""
        year = self.leavers.year
        durable = self.targets.weights("contract", year, DURABLE_CONTRACTS)
        others = self.targets.weights("contract", year, OTHER_CONTRACTS)
        signed = self.some(self.is_one_of("EMPLOI_DURABLE"), 1.0)
        self.deal(self.exits.contract, signed, apportion(len(signed), durable), _codes(DURABLE_CONTRACTS, CONTRACTS))
        size = round(len(signed) * float(others.sum() / durable.sum()))
        chances = self.is_one_of("AUTRE_POSITIVE") * 1.0 + self.is_one_of("AUTRE_SANS_SUITE") * 0.15
        short = first(race(self.rng, chances), min(size, int(np.count_nonzero(chances))))
        self.deal(self.exits.contract, short, apportion(len(short), others), _codes(OTHER_CONTRACTS, CONTRACTS))

    def date_contracts(self) -> None:
        """Starts and lengths, where they are known; a durable job began at least six months before the exit."""
        exits, where = self.exits, self.leavers.exits
        contract = exits.contract[where]
        left, entered = self.careers.exit[where], self.careers.entry[where]
        durable = self.is_one_of("EMPLOI_DURABLE")
        share = self.targets.value("supplied", self.leavers.year, "date_debut_contrat") / 100
        known = (contract != NONE) & (self.rng.random(len(where)) < share)
        before = np.where(
            durable, self.rng.integers(*DURABLE_DAYS, len(where)), self.rng.integers(*OTHER_DAYS, len(where))
        )
        start = on_a_weekday(np.maximum(left - before, entered), entered)
        exits.contract_start[where[known]] = start[known]
        for name, lengths in LENGTHS.items():
            of_kind = (contract == CONTRACTS.index(name)) & (self.rng.random(len(where)) < LENGTH_SUPPLIED)
            exits.months[where[of_kind]] = self.rng.choice(np.array(lengths, dtype=np.int8), int(of_kind.sum()))

    def name_employers(self) -> None:
        """Employers of durable exits to the national mix, and of the other contracts by chance in the same mix."""
        year, where = self.leavers.year, self.leavers.exits
        share = self.targets.value("supplied", year, "categorie_employeur") / 100
        mix = self.targets.weights("employer", year, EMPLOYERS)
        contract = self.exits.contract[where]
        for group in (self.is_one_of("EMPLOI_DURABLE"), ~self.is_one_of("EMPLOI_DURABLE") & (contract != NONE)):
            supplied = self.some(group, share)
            quotas = apportion(len(supplied), mix)
            free = np.ones(len(supplied), dtype=np.bool_)
            for name, employer in OWN_EMPLOYER.items():
                own = contract[supplied] == CONTRACTS.index(name)
                self.exits.employer[where[supplied[own]]] = EMPLOYERS.index(employer)
                quotas[EMPLOYERS.index(employer)] -= int(own.sum())
                free &= ~own
            left = apportion(int(free.sum()), np.maximum(quotas, 0))
            self.deal(self.exits.employer, supplied[free], left, np.arange(len(EMPLOYERS), dtype=np.int8))

    def name_sectors(self) -> None:
        """Sectors of positive exits: administrative and support services to their share, the others in their mix."""
        year = self.leavers.year
        supplied = self.some(self.is_one_of(*POSITIVE), self.targets.value("supplied", year, "secteur_naf") / 100)
        services = self.targets.value("sector_services", year, "N")
        others = self.targets.shares("sector_other", year)
        weights = np.array([services, *((100 - services) * share for share in others.values())])
        self.deal(self.exits.sector, supplied, apportion(len(supplied), weights), _codes(("N", *others), SECTORS))


def draw_contracts(
    careers: Careers, motives: Ints, leavers: list[Leavers], targets: Targets, rng: np.random.Generator
) -> Exits:
    """Everything that is known of the exits."""
    exits = Exits.with_motives(motives)
    for group in leavers:
        clerk = _Clerk(exits, careers, group, targets, rng)
        clerk.sign_contracts()
        clerk.date_contracts()
        clerk.name_employers()
        clerk.name_sectors()
    return exits
