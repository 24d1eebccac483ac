"""Numbers as a French reader reads them: decimal comma, narrow no-break spaces between thousands and before %."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

NARROW = "\u202f"
SHOWN_DECIMALS = 2
"""Decimals of a bound that is not whole."""


def shown_number(value: float | int | Fraction | None, decimals: int | None = None) -> str:
    """A number in French; without `decimals`, whole numbers have none and others at most two."""
    if value is None:
        return "aucune valeur"
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value.numerator) / Decimal(value.denominator)
    places = SHOWN_DECIMALS if decimals is None else max(decimals, 0)
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", NARROW).replace(".", ",")


def shown_figure(value: float | Fraction, unit: str, decimals: int | None = None) -> str:
    """A figure in French, with its unit where it is a percentage."""
    return shown_number(value, decimals) + (f"{NARROW}%" if unit == "percent" else "")
