"""How many people stand in each PLIE, enter it and leave it, year by year: integers that add up to the nation's.

Stock and flow close: parcours open on 31 December + entries of the next year = active parcours of that year.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ingestion.sample.calendar import YEARS
from ingestion.sample.drawing import Floats, Ints, apportion, count_at
from ingestion.sample.programmes import Programmes
from ingestion.sample.targets import Targets

SHARE_OPEN = 0.75
"""Open parcours on 31 December for each person of the year, about; for a PLIE that joins."""
ENTRY_SPREAD = 0.10
EXIT_SPREAD = 0.08


@dataclass
class Flows:
    """Parcours by PLIE: `initial` on the first day of its first year; entries, exits and returns by year.

    `returns` are the persons who leave and come back within the year: those who have two active parcours in it.
    """

    initial: Ints
    entries: dict[int, Ints] = field(default_factory=dict)
    exits: dict[int, Ints] = field(default_factory=dict)
    returns: dict[int, Ints] = field(default_factory=dict)


class _Planner:
    """Carries the stock of each PLIE from one year to the next while the flows are laid out."""

    def __init__(self, programmes: Programmes, targets: Targets, scale: float, rng: np.random.Generator) -> None:
        self.programmes, self.targets, self.scale, self.rng = programmes, targets, scale, rng
        self.stock: Ints = np.zeros(len(programmes), dtype=np.int64)
        self.flows = Flows(np.zeros(len(programmes), dtype=np.int64))

    def count(self, target: str, year: int) -> int:
        return count_at(self.scale, self.targets.value(target, year))

    def active(self, year: int) -> int:
        """Active parcours of the nation: its persons, and one more for each who had two."""
        return self.count("active_persons", year) + self.count("two_parcours", year)

    def jitter(self, spread: float) -> Floats:
        return np.exp(self.rng.normal(0, spread, len(self.programmes)))

    def usual_stock(self, year: int) -> int:
        """Open parcours of those that join in `year`, where no published figure says it."""
        joining = self.programmes.first_year == year
        return count_at(self.scale * SHARE_OPEN, float(self.programmes.persons[joining].sum()))

    def join(self, year: int) -> None:
        """Gives those that join in `year` their stock: what is lacking to reach the people published for that year."""
        joining = self.programmes.first_year == year
        staying = self.programmes.complete(year) & ~joining
        if not joining.any():
            return
        if year == YEARS[0]:
            total = self.count("initial_stock", year)
        elif self.targets.has("active_persons", year - 1):
            total = self.active(year) - self.count("entries", year) - int(self.stock[staying].sum())
        else:
            total = self.usual_stock(year)
        at_least_one = total - int(joining.sum())
        if at_least_one < 0:
            raise ValueError(f"The scale {self.scale} leaves no one for the PLIE that join in {year}.")
        self.stock[joining] = 1 + apportion(at_least_one, self.programmes.persons[joining].astype(np.float64))
        self.flows.initial[joining] = self.stock[joining]

    def exits_total(self, year: int, active: Ints) -> int:
        """Exits of the nation; where the table has none they are what the people of the next year leave room for."""
        if self.targets.has("exits", year):
            return self.count("exits", year)
        following = self.active(year + 1) - self.count("entries", year + 1) - self.usual_stock(year + 1)
        staying = self.programmes.complete(year + 1) & self.programmes.complete(year)
        return int(active[staying].sum()) - following

    def move(self, year: int) -> None:
        """Lays out entries and exits of the year and carries the stock over it."""
        complete = self.programmes.complete(year)
        unfinished = self.programmes.running(year) & ~complete
        entries = np.zeros(len(complete), dtype=np.int64)
        entries[complete] = apportion(
            self.count("entries", year), (self.programmes.persons * self.jitter(ENTRY_SPREAD))[complete]
        )
        exits = np.zeros(len(complete), dtype=np.int64)
        active = np.where(complete, self.stock + entries, 0)
        weights = (active * self.jitter(EXIT_SPREAD))[complete]
        exits[complete] = apportion(self.exits_total(year, active), weights, caps=active[complete] - 1)
        if unfinished.any():
            months = np.array([date.month for date in self.programmes.coverage_to])[unfinished]
            entries[unfinished] = self.flows.entries[year - 1][unfinished] * months // 12
            exits[unfinished] = self.flows.exits[year - 1][unfinished] * months // 12
        returns = np.zeros(len(complete), dtype=np.int64)
        room = np.minimum(np.minimum(entries, exits), self.stock)[complete]
        returns[complete] = apportion(self.count("two_parcours", year), room, caps=room)
        self.flows.entries[year], self.flows.exits[year], self.flows.returns[year] = entries, exits, returns
        self.stock = self.stock + entries - exits


def plan_flows(programmes: Programmes, targets: Targets, scale: float, rng: np.random.Generator) -> Flows:
    """Flows of every PLIE and year. Raises ValueError when the scale is too small for the accounts to close."""
    planner = _Planner(programmes, targets, scale, rng)
    for year in YEARS:
        planner.join(year)
        planner.move(year)
    return planner.flows
