"""The steps of each parcours: as many of each nature in each year as the nation has, counted in every year they touch.

A step that runs over New Year is counted again, so the starts of a year are what its total leaves after those carried
in. No step lasts a year, so none touches more than two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.sample.calendar import NO_DAY, YEARS, first_day, last_day, on_a_weekday
from ingestion.sample.careers import Careers
from ingestion.sample.drawing import Floats, Ints, Mask, apportion, count_at, first, pick_by_weight, race
from ingestion.sample.programmes import Programmes, peculiarities
from ingestion.sample.targets import Targets

JOBS = ("EMPLOI_ORDINAIRE", "EMPLOI_AIDE", "IAE")
LENGTHS = {
    "MOBILISATION": (45, 0.9),
    "MEDIATION": (70, 0.8),
    "FORMATION": (60, 0.9),
    "EMPLOI_ORDINAIRE": (60, 0.9),
    "EMPLOI_AIDE": (240, 0.4),
    "IAE": (150, 0.6),
    "FREINS": (60, 0.8),
    "CREATION_ACTIVITE": (120, 0.6),
    "IMMERSION": (12, 0.5),
    "AUTRE": (60, 0.8),
}
"""Median days of a step, and standard deviation of their logarithm."""
LONGEST_DAYS = 360
DAYS_BEFORE_COVERAGE = 60
"""The steps that a PLIE was running when its coverage began may have begun so many days before."""
EAGERNESS = 3.0
"""Shape of the unequal number of steps that people get: the smaller, the more unequal."""
STILL_RUNNING = 0.6
"""Share of the steps running at the end of the coverage that have no end yet; the others have a planned one."""
ENDS_WITH_PARCOURS = 0.08
"""Share of the steps cut short by the exit whose end was left empty: they end with their parcours."""


@dataclass
class Steps:
    """One element per step: parcours, nature (position in `natures`), first day, last day (NO_DAY when empty)."""

    natures: tuple[str, ...]
    parcours: Ints
    nature: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.parcours)


@dataclass(frozen=True)
class _Year:
    """The parcours that can have a step in a year: positions, and the days in which it can begin."""

    parcours: Ints
    earliest: Ints
    latest: Ints


class _Scheduler:
    def __init__(self, careers: Careers, programmes: Programmes, targets: Targets, rng: np.random.Generator) -> None:
        self.careers, self.programmes, self.targets, self.rng = careers, programmes, targets, rng
        self.natures = targets.categories("steps")
        self.eagerness = rng.standard_gamma(EAGERNESS, len(careers), dtype=np.float32)
        self.bent = {name: np.exp(peculiarities(rng, programmes, 0.3)) for name in self.natures}
        self.parts: list[tuple[Ints, Ints, Ints, Ints]] = []
        self.carried_parcours: dict[str, Ints] = {name: np.empty(0, dtype=np.int64) for name in self.natures}

    def open_parcours(self, year: int, programme: Mask) -> _Year:
        """Active parcours of these PLIE."""
        opening = np.where(self.programmes.first_year == year, first_day(year) - DAYS_BEFORE_COVERAGE, first_day(year))
        closing = np.minimum(self.programmes.last_covered, last_day(year))[self.careers.programme]
        active = programme[self.careers.programme]
        active &= (self.careers.entry <= closing) & (self.careers.exit >= first_day(year))
        where = np.flatnonzero(active)
        earliest = np.maximum(self.careers.entry[where], opening[self.careers.programme[where]])
        latest = np.minimum(self.careers.exit[where], closing[where])
        return _Year(where, earliest, latest)

    def schedule(self, year: int, scale: float) -> None:
        """Starts of the year: in its complete PLIE to the national total, elsewhere at the same rate per parcours."""
        complete = self.programmes.complete(year)
        total_of_year = count_at(scale, self.targets.value("steps_total", year))
        totals = apportion(total_of_year, self.targets.weights("steps", year))
        nation = self.open_parcours(year, complete)
        elsewhere = self.open_parcours(year, self.programmes.running(year) & ~complete)
        for nature, total in zip(self.natures, totals.tolist(), strict=True):
            carried = complete[self.careers.programme[self.carried_parcours[nature]]]
            starts = total - int(carried.sum())
            if starts < 0:
                raise ValueError(f"More steps {nature} are carried into {year} than it has.")
            over = [self.begin(nature, year, nation, starts)]
            if len(elsewhere.parcours):
                alike = starts * len(elsewhere.parcours) // len(nation.parcours)
                over.append(self.begin(nature, year, elsewhere, alike))
            self.carried_parcours[nature] = np.concatenate(over)

    def begin(self, nature: str, year: int, people: _Year, starts: int) -> Ints:
        """Adds `starts` steps of one nature and gives the parcours of those that run into the next year."""
        weights = self.eagerness[people.parcours] * (people.latest - people.earliest + 15.0)
        weights = weights * self.bent[nature][self.careers.programme[people.parcours]]
        picked = self._pick(nature, weights, starts)
        parcours, earliest, latest = people.parcours[picked], people.earliest[picked], people.latest[picked]
        start = earliest + np.floor(self.rng.random(starts) * (latest - earliest + 1)).astype(np.int32)
        start = on_a_weekday(start, earliest)
        median, spread = LENGTHS[nature]
        days = np.exp(self.rng.normal(np.log(median), spread, starts))
        planned = start + np.clip(days, 1, LONGEST_DAYS).astype(np.int32) - 1
        soonest = first_day(year) + self.rng.integers(0, 21, starts)
        planned = np.where(planned < first_day(year), soonest, planned)
        leaving = self.careers.exit[parcours]
        end = np.minimum(planned, leaving)
        chance = self.rng.random(starts)
        covered = self.programmes.last_covered[self.careers.programme[parcours]]
        shown = end.copy()
        shown[(end > covered) & (chance < STILL_RUNNING)] = NO_DAY
        shown[(planned > leaving) & (chance < ENDS_WITH_PARCOURS)] = NO_DAY
        code = np.full(starts, self.natures.index(nature), dtype=np.int8)
        self.parts.append((parcours.astype(np.int32), code, start, shown.astype(np.int32)))
        return parcours[end > last_day(year)]

    def _pick(self, nature: str, weights: Floats, starts: int) -> Ints:
        """Whose steps they are: a person has one job of a kind a year, and as many other steps as it comes."""
        if nature in JOBS and starts <= len(weights):
            return first(race(self.rng, weights), starts)
        return pick_by_weight(self.rng, weights, starts)


def draw_steps(
    careers: Careers, programmes: Programmes, targets: Targets, scale: float, rng: np.random.Generator
) -> Steps:
    """All steps of the history. Raises ValueError when a year's total is below what is carried into it."""
    scheduler = _Scheduler(careers, programmes, targets, rng)
    for year in YEARS:
        scheduler.schedule(year, scale)
    parcours, nature, start, end = (np.concatenate(column) for column in zip(*scheduler.parts, strict=True))
    return Steps(scheduler.natures, parcours, nature, start, end)
