"""What a reconciliation found, as plain values for JSON: the shape is documented in docs/reconciliation.md."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from quality.reconciliation.claims import Claim
from quality.reconciliation.intervals import printable
from quality.reconciliation.published import Change, Reconciliation

MOST_PRINTABLE = 2
"""How many printed values are named one by one; beyond these only the bounds are told."""


def unit_of(claim: Claim) -> str:
    """The unit of what a claim bounds: that of its figures, but PLIE for a base and percent for an assumption."""
    if claim.kind == "figure":
        return claim.figures[0].unit
    return "count" if claim.kind == "base" else "percent"


def value_of(claim: Claim) -> Fraction | None:
    """What is printed; None for an assumption."""
    if claim.kind == "assumption":
        return None
    figure = claim.figures[0]
    return Fraction(figure.base or 0) if claim.kind == "base" else figure.value


def printed_values(change: Change) -> tuple[Fraction, ...]:
    """The values that could stand in print instead, where these are few."""
    decimals = change.claim.figures[0].decimals if change.claim.kind == "figure" else 0
    return printable(change.low, change.high, decimals, MOST_PRINTABLE)


def as_json(found: Reconciliation) -> dict[str, Any]:
    """All that was found, ready for `json.dumps`."""
    return {
        "holds": found.holds,
        "n_figures": len(found.figures),
        "n_compared": len(found.figures) - len(found.unplaced),
        "contradictions": [
            {
                "year": one.year,
                **_change(one.change),
                "conflicts": [
                    {
                        "against": [_claim(claim) for claim in conflict.against],
                        "gives": _bounds(conflict.low, conflict.high),
                    }
                    for conflict in one.conflicts
                ],
                "supposed": [_change(change) for change in one.supposed],
            }
            for one in found.contradictions
        ],
        "swaps": [
            {
                "year": swap.year,
                "instead_of": [_claim(claim) for claim in swap.instead_of],
                "changes": [_change(change) for change in swap.changes],
            }
            for swap in found.swaps
        ],
        "not_compared": [{"id": each.figure.figure_id, "why_fr": each.why_fr} for each in found.unplaced],
    }


def _change(change: Change) -> dict[str, Any]:
    printed = [_number(value) for value in printed_values(change)]
    return {**_claim(change.claim), "needed": _bounds(change.low, change.high), "needed_in_print": printed}


def _claim(claim: Claim) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": claim.kind, "figures": list(claim.ids), "unit": unit_of(claim)}
    if claim.assumption is not None:
        return told | {"assumption": claim.assumption.assumption_id, "label_fr": claim.assumption.label_fr}
    value = value_of(claim)
    return told | {"value": None if value is None else _number(value), "label_fr": claim.figures[0].label_fr}


def _bounds(low: Fraction | None, high: Fraction | None) -> dict[str, float | int | None]:
    return {"low": None if low is None else _number(low), "high": None if high is None else _number(high)}


def _number(value: Fraction) -> float | int:
    return int(value) if value.denominator == 1 else float(value)
