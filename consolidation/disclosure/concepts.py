"""What each row of the indicators shows: which counts stand in its numerator, its denominator and its missing answers.

The same count stands in many rows under one name here (the entries of a year are the denominator of thirty), so that
hiding it means hiding it everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "staff", "months", "euros"]
"""count: whole numbers of people, exits or steps; staff: people or full-time equivalents, with decimals; months: a
length of time summed over people; euros: money of PLIE."""


@dataclass(frozen=True)
class Shown:
    """The concepts that one row shows; None where the column is empty, constant or public by nature."""

    numerator: str
    denominator: str | None = None
    missing: str | None = None


_ROWS = {
    "active.participants": Shown("active"),
    "active.on_31_december": Shown("open"),
    "entries.total": Shown("entries"),
    "entries.by_sex": Shown("sex:{}", "entries", "sex:N"),
    "entries.by_age_band": Shown("age:{}", "entries", "age:NR"),
    "entries.by_education": Shown("education:{}", "entries", "education:NR"),
    "entries.low_qualified": Shown("low_qualified", "entries", "education:NR"),
    "entries.by_situation": Shown("situation:{}", "entries", "unknown:{}"),
    "exits.total": Shown("exits"),
    "exits.by_class": Shown("class:{}", "exits"),
    "exits.positive_by_outcome": Shown("class:{}", "positive"),
    "exits.sans_suite_by_cause": Shown("cause:{}", "class:SANS_SUITE"),
    "exits.sans_suite_share_of_exits": Shown("cause:{}", "exits"),
    "exits.positive_rate_total": Shown("positive", "exits"),
    "exits.positive_rate_neutralised": Shown("positive", "neutralised"),
    "exits.positive_to_entries": Shown("positive", "entries"),
    "exits.positive_by_sector": Shown("sector:{}", "with_sector"),
    "exits.durable_by_employer": Shown("employer:{}", "with_employer"),
    "exits.contracts_by_type": Shown("contract:{}", "with_contract"),
    "exits.contracts_durable": Shown("durable_contract", "with_contract"),
    "exits.positive_rate_by_profile": Shown("positive:{}", "exits:{}"),
    "steps.total": Shown("steps"),
    "steps.per_participant": Shown("steps", "active"),
    "steps.by_type": Shown("step:{}", "steps"),
    "steps.jobs": Shown("jobs", "steps"),
    "steps.jobs_outside_iae": Shown("jobs_outside_iae", "jobs"),
    "steps.training_by_kind": Shown("training:{}", "step:FORMATION"),
    "steps.mean_duration_months": Shown("months", "exits"),
    "funding.by_funder": Shown("funder:{}", "funding"),
    "funding.by_group": Shown("funder_group:{}", "funding"),
    "allocation.by_operator": Shown("operator:{}", "operators"),
    "allocation.iae_share": Shown("operators_iae", "operators"),
    "allocation.by_operation": Shown("operation:{}", "operations"),
    "team.internal_headcount": Shown("team_headcount"),
    "team.internal_fte": Shown("team_fte"),
    "team.internal_referents_headcount": Shown("internal_headcount"),
    "team.internal_referents_fte": Shown("internal_fte"),
    "team.external_referents_headcount": Shown("external_headcount"),
    "team.external_referents_fte": Shown("external_fte"),
    "team.external_referents_by_employer": Shown("referents:{}", "referents"),
    "partners.companies": Shown("companies"),
}
_PUBLIC = ("participation.",)
"""Counts of PLIE: who is a PLIE and who takes part is printed in the annex of the report."""

_KINDS: dict[str, Kind] = {
    "months": "months",
    "funder": "euros",
    "funding": "euros",
    "funder_group": "euros",
    "operator": "euros",
    "operators": "euros",
    "operators_iae": "euros",
    "operation": "euros",
    "operations": "euros",
    "team_headcount": "staff",
    "team_fte": "staff",
    "internal_headcount": "staff",
    "internal_fte": "staff",
    "external_headcount": "staff",
    "external_fte": "staff",
    "referents": "staff",
    "companies": "staff",
}
_HEALTH = frozenset({"situation:RQTH", "situation:AAH", "unknown:RQTH", "unknown:AAH"})


def shown(indicator_id: str, category: str) -> Shown | None:
    """The concepts in a row of this indicator and category; None when nothing in it is to be hidden.

    Raises:
        KeyError: the indicator is not described here; it must be before it can be published.
    """
    if indicator_id.startswith(_PUBLIC):
        return None
    row = _ROWS.get(indicator_id)
    if row is None:
        raise KeyError(f"{indicator_id}: say in consolidation/disclosure/concepts.py what its rows show.")
    return Shown(
        row.numerator.format(category),
        row.denominator.format(category) if row.denominator else None,
        row.missing.format(category) if row.missing else None,
    )


def kind(concept: str) -> Kind:
    """What a concept measures."""
    return _KINDS.get(concept.split(":")[0], "count")


def is_health(concept: str) -> bool:
    """Whether a concept counts people by their health data (RQTH, AAH), said or refused."""
    return concept in _HEALTH
