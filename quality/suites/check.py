"""How a suite says what each of its checks looks at and what it expects of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One check: the SQL that makes its rows, and the column that is held against the limits of the catalogue.

    Attributes:
        rows: file of `quality/subjects`, without `.sql`, whose query gives the rows.
        cells: file that gives the relation `cells` which that query reads; None where it reads the tables itself.
        indicator: value of `parameters.indicator_id`, for cells that serve several indicators.
        judged: `observed`, or `deviation` (how many times the usual deviation the value lies from what was expected).
    """

    check_id: str
    rows: str
    cells: str | None = None
    indicator: str | None = None
    judged: str = "observed"


@dataclass(frozen=True)
class Suite:
    """The checks of one subject, in the order of the catalogue."""

    name: str
    checks: tuple[Check, ...]


def share_from_past(check_id: str, cells: str, indicator: str | None = None) -> Check:
    """Shares of a PLIE against its own former years."""
    return Check(check_id, "forms/share_past", f"cells/{cells}", indicator, "deviation")


def share_from_peers(check_id: str, cells: str, indicator: str | None = None) -> Check:
    """Shares of a PLIE against those of the other PLIE."""
    return Check(check_id, "forms/share_peers", f"cells/{cells}", indicator, "deviation")


def rate_from_past(check_id: str, indicator: str) -> Check:
    """A count or a ratio of a PLIE against its own former years."""
    return Check(check_id, "forms/rate_past", "cells/indicator", indicator, "deviation")


def rate_from_peers(check_id: str, cells: str, indicator: str | None = None) -> Check:
    """A quantity for each person of a PLIE against that of the other PLIE."""
    return Check(check_id, "forms/rate_peers", f"cells/{cells}", indicator, "deviation")


def national_change(check_id: str, indicator: str) -> Check:
    """What the PLIE of both years count together, against the year before."""
    return Check(check_id, "forms/national_change", "cells/indicator", indicator)
