"""The years of the history and their days, counted from 1 January 1970 as numpy and Arrow count dates."""

from __future__ import annotations

import datetime as dt

import numpy as np

from ingestion.sample.drawing import Ints

YEARS = range(2016, 2022)
"""The history of the campaign; its last year is the only one that is calibrated to the unit."""
CAMPAIGN_YEAR = YEARS[-1]
NO_DAY = np.int32(2**31 - 1)
"""Stands for a day that has not come: an open parcours, a step that is still running."""
EPOCH = dt.date(1970, 1, 1)
DAYS_A_YEAR = 365.25
FRIDAY = 4


def day_number(date: dt.date) -> int:
    """Days from 1 January 1970 to `date`."""
    return (date - EPOCH).days


def first_day(year: int) -> int:
    """Day number of 1 January."""
    return day_number(dt.date(year, 1, 1))


def last_day(year: int) -> int:
    """Day number of 31 December."""
    return day_number(dt.date(year, 12, 31))


def year_of(days: Ints) -> Ints:
    """Calendar year of each day number."""
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int32) + np.int32(1970)


def on_a_weekday(days: Ints, earliest: Ints) -> Ints:
    """Moves Saturdays and Sundays to the Friday before, but never before `earliest`."""
    weekday = (days + 3) % 7
    return np.maximum(days - np.maximum(weekday - FRIDAY, 0), earliest).astype(np.int32)
