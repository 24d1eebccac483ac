"""How each parcours ends: the motive of every exit, to the published share of positive exits of each profile.

The shares of men, women, long unemployed, RSA recipients and levels 1-2 fix the chance of a positive exit in each
combination of the four (a logistic model that meets every margin); whole numbers per combination add up to the nation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.sample.calendar import DAYS_A_YEAR, NO_DAY, YEARS, year_of
from ingestion.sample.careers import Careers
from ingestion.sample.drawing import Floats, Ints, Mask, apportion, first, first_of_each, race
from ingestion.sample.profiles import SEXES, Profiles
from ingestion.sample.programmes import Programmes, peculiarities
from ingestion.sample.situations import OUI
from ingestion.sample.targets import Targets

MOTIVES = (
    "EMPLOI_DURABLE",
    "FORMATION_QUALIFIANTE",
    "AUTRE_POSITIVE",
    "ABANDON",
    "DEMENAGEMENT",
    "DECES",
    "RETRAITE",
    "REORIENTATION",
    "AUTRE_SANS_SUITE",
)
POSITIVE = MOTIVES[:3]
NO_MOTIVE = -1
PROFILE_GROUPS = ("FEMMES", "DELD", "BRSA", "NIVEAU_1_2")
SHORTEST_DURABLE_DAYS = 190
"""A durable exit is validated after six months in the job, so the parcours has lasted a little longer than that."""
RETIREMENT_AGE = 60
LARGEST_LOG_ODDS = 30.0
PROGRAMME_SPREAD = 0.35
"""How unequal PLIE are in positive exits of like people (standard deviation of the logarithm of the odds)."""


@dataclass(frozen=True)
class Leavers:
    """The exits of one year that count in its complete perimeter, or those that do not; positions and what matters."""

    year: int
    exits: Ints
    tenure: Ints
    age: Floats
    for_good: Mask
    groups: Mask
    """By exit and group of PROFILE_GROUPS: whether the person belonged to it at entry."""
    merit: Floats
    """The PLIE's own success, as a weight."""

    def __len__(self) -> int:
        return len(self.exits)


def find_leavers(
    careers: Careers, programmes: Programmes, profiles: Profiles, rng: np.random.Generator
) -> list[Leavers]:
    """All exits of the history, by year and perimeter."""
    merit = np.exp(peculiarities(rng, programmes, PROGRAMME_SPREAD))
    year_left = np.where(careers.exit == NO_DAY, 0, year_of(np.minimum(careers.exit, NO_DAY - 1)))
    women = profiles.sex[careers.person] == SEXES.index("F")
    brsa = profiles.situations.answers["BRSA"] == OUI
    low = (profiles.level_at_entry >= 0) & (profiles.level_at_entry <= 1)
    groups = np.stack([women, profiles.situations.long_unemployed, brsa, low], axis=1)
    found = []
    for year in YEARS:
        complete = programmes.complete(year)[careers.programme]
        for counted in (True, False):
            exits = np.flatnonzero((year_left == year) & (complete == counted))
            if len(exits):
                age = (careers.exit[exits] - profiles.birth[careers.person[exits]]) / DAYS_A_YEAR
                found.append(
                    Leavers(
                        year,
                        exits,
                        careers.exit[exits] - careers.entry[exits],
                        age,
                        ~careers.returned[exits],
                        groups[exits],
                        merit[careers.programme[exits]],
                    )
                )
    return found


def positive_chances(members: Mask, sizes: Ints, total: float, rates: Floats) -> Floats:
    """Chance of a positive exit by cell, such that all cells have `total` of them and each group its own rate.

    `members` says which groups (columns) each cell (row) belongs to, `sizes` how many exits it has. The chances are
    logistic in the groups: of all that meet the margins, those that assume least. Newton's method.
    """
    design = np.column_stack([np.ones(len(sizes)), members.astype(np.float64)])
    wanted = np.concatenate([[total], rates * (members * sizes[:, None]).sum(axis=0)])
    slopes = np.zeros(design.shape[1])
    chances = np.full(len(sizes), 0.5)
    for _ in range(50):
        chances = 1 / (1 + np.exp(-np.clip(design @ slopes, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)))
        gap = wanted - design.T @ (sizes * chances)
        curvature = (design * (sizes * chances * (1 - chances))[:, None]).T @ design
        slopes = slopes + np.linalg.solve(curvature + 1e-6 * np.eye(len(slopes)), gap)
        if np.abs(gap).max() < 1e-6 * max(total, 1):
            break
    return chances


def _positive_exits(leavers: Leavers, quota: int, rates: Floats, rng: np.random.Generator) -> Mask:
    """Marks `quota` exits as positive, in each combination of groups as many as its chances say."""
    cell = leavers.groups @ (1 << np.arange(leavers.groups.shape[1]))
    cells = 1 << leavers.groups.shape[1]
    members = (np.arange(cells)[:, None] >> np.arange(leavers.groups.shape[1]) & 1).astype(np.bool_)
    sizes = np.bincount(cell, minlength=cells)
    expected = sizes * positive_chances(members, sizes, quota, rates)
    quotas = apportion(quota, expected, caps=sizes)
    long_enough = np.where(leavers.tenure >= SHORTEST_DURABLE_DAYS, 1.0, 0.35)
    return first_of_each(race(rng, leavers.merit * long_enough), cell, quotas)


class _Judge:
    """Hands out the motives of one group of leavers, from the most constrained to the least."""

    def __init__(self, leavers: Leavers, rng: np.random.Generator) -> None:
        self.leavers, self.rng = leavers, rng
        self.motive = np.full(len(leavers), NO_MOTIVE, dtype=np.int8)

    def give(self, motive: str, quota: int, weights: Floats | Mask) -> None:
        """Gives the motive to `quota` of those who have none; fewer when few can have it."""
        weights = np.where(self.motive == NO_MOTIVE, weights, 0.0).astype(np.float64)
        quota = min(quota, int(np.count_nonzero(weights)))
        self.motive[first(race(self.rng, weights), quota)] = MOTIVES.index(motive)


def _motives(leavers: Leavers, targets: Targets, rng: np.random.Generator) -> Ints:
    year, size = leavers.year, len(leavers)

    def split(total: int, target: str) -> dict[str, int]:
        parts = apportion(total, targets.weights(target, year)).tolist()
        return dict(zip(targets.categories(target), parts, strict=True))

    by_class = split(size, "exit_class")
    rates = targets.weights("positive_rate", year, PROFILE_GROUPS) / 100
    positive = _positive_exits(leavers, by_class["POSITIVE"], rates, rng)
    judge = _Judge(leavers, rng)
    outcomes = split(by_class["POSITIVE"], "positive_outcome")
    judge.give("EMPLOI_DURABLE", outcomes["EMPLOI_DURABLE"], positive * (leavers.tenure >= SHORTEST_DURABLE_DAYS))
    judge.give("AUTRE_POSITIVE", outcomes["AUTRE_POSITIVE"], positive)
    younger = np.where(leavers.age < 45, 1.6, 1.0)
    judge.give("FORMATION_QUALIFIANTE", size, positive * younger)

    without = ~positive
    changes = split(by_class["CHANGEMENT"], "changement")
    judge.give("RETRAITE", changes["RETRAITE"], without * leavers.for_good * (leavers.age >= RETIREMENT_AGE))
    judge.give("DECES", changes["DECES"], without * leavers.for_good * np.maximum(leavers.age - 20, 1.0))
    retired_or_dead = np.isin(judge.motive, [MOTIVES.index("RETRAITE"), MOTIVES.index("DECES")])
    judge.give("DEMENAGEMENT", by_class["CHANGEMENT"] - int(retired_or_dead.sum()), without)
    judge.give("ABANDON", by_class["ABANDON"], without / (leavers.tenure + 200.0))
    judge.give("REORIENTATION", split(by_class["AUTRE"], "autre")["REORIENTATION"], without)
    judge.give("AUTRE_SANS_SUITE", size, without)
    return judge.motive


def draw_motives(size: int, leavers: list[Leavers], targets: Targets, rng: np.random.Generator) -> Ints:
    """Position in MOTIVES of the exit of each of `size` parcours, -1 where it is still open."""
    motives = np.full(size, NO_MOTIVE, dtype=np.int8)
    for group in leavers:
        motives[group.exits] = _motives(group, targets, rng)
    return motives
