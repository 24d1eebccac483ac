"""Which PLIE take part, from when to when, how many people they follow, and what is peculiar to each of them."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingestion.contract import registered_plie_ids
from ingestion.sample.calendar import CAMPAIGN_YEAR, YEARS, day_number, first_day, last_day
from ingestion.sample.drawing import Floats, Ints, Mask, apportion
from ingestion.sample.targets import Targets

TABLE = Path(__file__).resolve().with_name("programmes.csv")
USUAL_SPREAD = 0.55
"""Standard deviation of the logarithm of a size that the table does not give."""


@dataclass(frozen=True)
class Programmes:
    """The PLIE that take part, in the order of their identifiers; arrays have one element for each."""

    plie_ids: tuple[str, ...]
    persons: Ints
    """People that a full year counts at scale 1, about."""
    coverage_from: tuple[dt.date, ...]
    coverage_to: tuple[dt.date, ...]
    first_year: Ints
    """First year whose rows count: the coverage begins on its 1 January or earlier."""

    def __len__(self) -> int:
        return len(self.plie_ids)

    @property
    def last_covered(self) -> Ints:
        """Day number of the end of the coverage."""
        return np.array([day_number(date) for date in self.coverage_to], dtype=np.int32)

    def running(self, year: int) -> Mask:
        """PLIE of the year: complete ones and those whose coverage ends inside it."""
        return np.asarray((self.first_year <= year) & (self.last_covered >= first_day(year)), dtype=np.bool_)

    def complete(self, year: int) -> Mask:
        """PLIE whose coverage holds the whole year."""
        return np.asarray((self.first_year <= year) & (self.last_covered >= last_day(year)), dtype=np.bool_)


def read_programmes(rng: np.random.Generator, targets: Targets) -> Programmes:
    """The PLIE of the register, less those that never take part; sizes that the table leaves out are drawn.

    Drawn sizes are log-normal and such that the sizes of the complete PLIE of 2021 make the published number of people.
    """
    with TABLE.open(encoding="utf-8", newline="") as file:
        known = {row["plie_id"]: row for row in csv.DictReader(file)}
    absent = {name for name, row in known.items() if row["takes_part"] == "non"}
    plie_ids = tuple(sorted(registered_plie_ids() - absent))
    rows = [known.get(name, {"persons": "", "coverage_from": "", "coverage_to": ""}) for name in plie_ids]
    begins = tuple(dt.date.fromisoformat(row["coverage_from"] or f"{YEARS[0]}-01-01") for row in rows)
    ends = tuple(dt.date.fromisoformat(row["coverage_to"] or f"{CAMPAIGN_YEAR}-12-31") for row in rows)
    given = np.array([int(row["persons"] or 0) for row in rows])
    counted = np.array([date >= dt.date(CAMPAIGN_YEAR, 12, 31) for date in ends])
    drawn = given == 0
    left = round(targets.value("active_persons", CAMPAIGN_YEAR)) - int(given[counted].sum())
    persons = given.copy()
    persons[drawn] = apportion(left, np.exp(rng.normal(0, USUAL_SPREAD, int(drawn.sum()))))
    first_years = np.array([date.year + (date > dt.date(date.year, 1, 1)) for date in begins], dtype=np.int32)
    return Programmes(plie_ids, persons, begins, ends, first_years)


def peculiarities(rng: np.random.Generator, programmes: Programmes, spread: float) -> Floats:
    """How much each PLIE departs from the nation in one respect: normal, centred, of this standard deviation."""
    return rng.normal(0, spread, len(programmes))
