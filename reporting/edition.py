"""What one frozen edition is to the report: its figures, who is in it, and what its annex must tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from reporting.catalogue import Indicator
from reporting.figures import Figures


@dataclass(frozen=True)
class Programme:
    """A PLIE as the register named it when the edition was frozen."""

    plie_id: str
    name: str
    town: str | None
    department_code: str | None
    region_code: str | None
    region: str | None


@dataclass(frozen=True)
class ActionSheet:
    """What a PLIE tells of one of its actions, in its own words."""

    programme: Programme
    theme: str
    theme_label: str
    section: str
    title: str
    stakes: str | None
    description: str | None
    results: str | None
    partners: str | None
    n_participants: int | None


@dataclass(frozen=True)
class Waiver:
    """A warning of the quality gate that was answered with a reason; `programme` is None for the whole country."""

    check_id: str
    programme: Programme | None
    reason: str
    waived_at: datetime | None


@dataclass(frozen=True)
class Restatement:
    """A national figure that this edition changed, both values published; `n_plie` PLIE moved it."""

    indicator: Indicator
    year: int
    category: str
    old_value: float | None
    new_value: float | None
    n_plie: int


@dataclass(frozen=True)
class Edition:
    """One edition of the consolidation."""

    edition_id: str
    year: int
    number: int
    frozen_at: datetime
    reason: str | None
    code_version: str
    catalogue_version: str
    digest: str
    is_made_up: bool
    figures: Figures
    programmes: tuple[Programme, ...]
    """The participating PLIE, by region, department and name."""
    sheets: tuple[ActionSheet, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    compared_with: str | None = None
    """The edition whose figures `restatements` changes."""
    checks: dict[str, int] = field(default_factory=dict)
    """How many checks of the gate ended with each status."""

    @property
    def year_before(self) -> int:
        return self.year - 1

    @property
    def regions(self) -> dict[str, str]:
        """Name of each region in which a PLIE of the edition works, by its code, in alphabetical order."""
        return {one.region_code: one.region for one in self.programmes if one.region_code and one.region}

    @property
    def n_years(self) -> int:
        """How many years the evolution of a figure can be followed, its own included."""
        return len(self.figures.series("exits.total"))
