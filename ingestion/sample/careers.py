"""Who the parcours belong to and when they begin and end: persons, entries, exits, and those who come back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.sample.calendar import DAYS_A_YEAR, NO_DAY, YEARS, first_day, last_day, on_a_weekday
from ingestion.sample.drawing import Floats, Ints, Mask, apportion, first_of_each, race
from ingestion.sample.flows import Flows
from ingestion.sample.programmes import Programmes
from ingestion.sample.targets import Targets

OLDEST_STOCK_YEARS = 4
"""Those whom the history finds in a PLIE entered it in the four years before."""
SHORTEST_ABSENCE = 15
"""Days between an exit and the return of the same person within one year, at least."""
LAST_EXIT_BEFORE_RETURN = 60
"""Days that remain in the year, at least, when someone leaves who returns within it."""
TENURE_YEARS = np.array([0, 0.25, 0.5, 1, 2, 3, 4, 5, 8])
EXIT_RATES = np.array([0.06, 0.10, 0.20, 0.28, 0.40, 0.50, 0.62, 0.80, 0.95])
"""Relative chance to leave in a year, by tenure: few at once, more and more towards the end of a plan of five years."""
MONTHLY_ENTRIES = np.array([1.20, 1.05, 1.10, 0.95, 0.90, 1.00, 0.85, 0.45, 1.25, 1.20, 1.10, 0.95])
LOCKDOWN_YEAR, LOCKDOWN_MONTHS, LOCKDOWN_SHARE = 2020, (3, 4), 0.35
"""April and May 2020: the months, counted from 0, in which few people could be received."""


@dataclass
class Careers:
    """One element per parcours. A person's parcours never overlap; `previous` is -1 for the first one."""

    programme: Ints
    person: Ints
    entry: Ints
    exit: Ints
    previous: Ints
    returned: Mask
    """The person came back later, so did not leave for good."""

    def __len__(self) -> int:
        return len(self.person)

    @property
    def persons(self) -> int:
        return int(self.person.max()) + 1


def _exit_rate(tenure_days: Floats) -> Floats:
    return np.asarray(np.interp(tenure_days / DAYS_A_YEAR, TENURE_YEARS, EXIT_RATES), dtype=np.float64)


def _stock_entries(rng: np.random.Generator, size: int, opening: int) -> Ints:
    """Days of entry of people found on `opening`: the longer ago, the fewer are still there."""
    tenure = np.arange(1, round(OLDEST_STOCK_YEARS * DAYS_A_YEAR))
    still_there = np.exp(-np.cumsum(_exit_rate(tenure.astype(np.float64))) / DAYS_A_YEAR)
    chance = np.cumsum(still_there)
    days_before = tenure[np.searchsorted(chance, rng.random(size) * chance[-1])]
    return on_a_weekday(np.int32(opening) - days_before, np.full(size, first_day(1991)))


def _entry_days(rng: np.random.Generator, size: int, year: int, closing: Ints) -> Ints:
    """Days of entry within the year, not after `closing`, by the season."""
    days = np.arange(first_day(year), last_day(year) + 1)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    chance = MONTHLY_ENTRIES[month]
    if year == LOCKDOWN_YEAR:
        chance = np.where(np.isin(month, LOCKDOWN_MONTHS), chance * LOCKDOWN_SHARE, chance)
    cumulated = np.concatenate([[0.0], np.cumsum(chance)])
    reach = cumulated[closing - first_day(year) + 1]
    drawn = days[np.searchsorted(cumulated, rng.random(size) * reach, side="right") - 1]
    return on_a_weekday(drawn, np.full(size, first_day(year)))


class _Historian:
    """Writes the careers year by year: who comes, who comes back, who leaves."""

    def __init__(self, programmes: Programmes, flows: Flows, targets: Targets, rng: np.random.Generator) -> None:
        self.programmes, self.flows, self.targets, self.rng = programmes, flows, targets, rng
        empty = np.empty(0, dtype=np.int32)
        self.past = Careers(empty.astype(np.int16), empty, empty, empty, empty, empty.astype(np.bool_))

    def welcome(self, programme: Ints, entry: Ints) -> None:
        """Adds the parcours of new people."""
        known, size = (self.past.persons if len(self.past) else 0), len(programme)
        self.add(programme, entry, np.arange(known, known + size, dtype=np.int32), np.full(size, -1, dtype=np.int32))

    def take_back(self, former: Ints, entry: Ints) -> None:
        """Adds a new parcours for each of these former ones: the same person comes back."""
        self.past.returned[former] = True
        self.add(self.past.programme[former], entry, self.past.person[former], former)

    def add(self, programme: Ints, entry: Ints, person: Ints, previous: Ints) -> None:
        past, size = self.past, len(programme)
        self.past = Careers(
            np.concatenate([past.programme, programme.astype(np.int16)]),
            np.concatenate([past.person, person]),
            np.concatenate([past.entry, entry.astype(np.int32)]),
            np.concatenate([past.exit, np.full(size, NO_DAY)]),
            np.concatenate([past.previous, previous.astype(np.int32)]),
            np.concatenate([past.returned, np.zeros(size, dtype=np.bool_)]),
        )

    def everyone(self, counts: Ints) -> Ints:
        """The PLIE of each of these people, given how many each PLIE has."""
        return np.repeat(np.arange(len(counts)), counts)

    def receive(self, year: int) -> None:
        """Stock of those that join, returns of people who left in earlier years, and new people."""
        joining = self.programmes.first_year == year
        stock = self.everyone(np.where(joining, self.flows.initial, 0))
        self.welcome(stock, _stock_entries(self.rng, len(stock), first_day(year)))
        closing = np.minimum(self.programmes.last_covered, last_day(year))
        fresh = self.flows.entries[year] - self.flows.returns[year]
        back = self._people_who_come_back(year, fresh)
        programme = self.past.programme[back]
        self.take_back(back, _entry_days(self.rng, len(back), year, closing[programme]))
        new = self.everyone(fresh - np.bincount(programme, minlength=len(fresh)))
        self.welcome(new, _entry_days(self.rng, len(new), year, closing[new]))

    def _people_who_come_back(self, year: int, places: Ints) -> Ints:
        """Former parcours of those who come back this year after having left in an earlier one."""
        past = self.past
        gone = np.flatnonzero((past.exit < first_day(year)) & ~past.returned)
        available = np.bincount(past.programme[gone], minlength=len(places))
        room = np.minimum(available, places)
        share = self.targets.value("returning", year) / 100
        wanted = min(round(share * int(places.sum())), int(room.sum()))
        quota = apportion(wanted, room.astype(np.float64), caps=room) if wanted else np.zeros(len(places), np.int64)
        recent = np.exp((past.exit[gone] - first_day(year)) / DAYS_A_YEAR)
        return gone[first_of_each(race(self.rng, recent), past.programme[gone], quota)]

    def leave(self, year: int) -> None:
        """Ends the parcours that the flows ask for, those of people who return within the year first."""
        past, begin = self.past, first_day(year)
        closing = np.minimum(self.programmes.last_covered, last_day(year))
        running = self.programmes.running(year)
        here = np.flatnonzero((past.exit == NO_DAY) & running[past.programme])
        earliest = np.maximum(past.entry[here], begin)
        latest = closing[past.programme[here]]
        exposed = (latest - earliest + 1) / DAYS_A_YEAR
        weight = exposed * _exit_rate((earliest + latest) / 2 - past.entry[here])

        group = past.programme[here]
        old = np.where(past.entry[here] < begin, weight, 0.0)
        returning = first_of_each(race(self.rng, old), group, self.flows.returns[year])
        others = first_of_each(
            race(self.rng, np.where(returning, 0.0, weight)), group, self.flows.exits[year] - self.flows.returns[year]
        )
        spread = self.rng.random(len(here))
        day = earliest + np.floor(spread * (latest - earliest + 1))
        early = begin + np.floor(spread * (latest - begin + 1 - LAST_EXIT_BEFORE_RETURN))
        day = on_a_weekday(np.where(returning, early, day).astype(np.int32), earliest)
        leaving = returning | others
        past.exit[here[leaving]] = day[leaving]
        self._return_within_the_year(here[returning], closing)

    def _return_within_the_year(self, former: Ints, closing: Ints) -> None:
        earliest = self.past.exit[former] + SHORTEST_ABSENCE
        latest = closing[self.past.programme[former]]
        entry = earliest + np.floor(self.rng.random(len(former)) * (latest - earliest + 1)).astype(np.int32)
        self.take_back(former, on_a_weekday(entry, earliest))


def write_careers(programmes: Programmes, flows: Flows, targets: Targets, rng: np.random.Generator) -> Careers:
    """Every parcours of the history. No one has two at once, and whoever returns does so after having left."""
    historian = _Historian(programmes, flows, targets, rng)
    for year in YEARS:
        historian.receive(year)
        historian.leave(year)
    return historian.past
