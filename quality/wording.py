"""How the gate speaks French: figures with their units, limits in words, the sentence of a result."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from ingestion.acknowledgement.wording import NARROW, typeset
from quality.catalogue import CatalogueEntry
from quality.subjects import Row

NOT_APPLICABLE = "Rien à juger : aucun cas, ou rien à quoi comparer."
NOT_EXAMINED = "La vérification n'a pas pu être faite : voir le journal de l'entrepôt."


def figure(value: float | None, unit: str) -> str:
    """A value in its unit (see `catalogue.UNITS`): « 62,3 % », « +15,1 % », « 12 345 € », « 1,26 », « 9 mois »."""
    if value is None:
        return "–"
    match unit:
        case "percent":
            return f"{_decimal(value, 1)}{NARROW}%"
        case "change":
            return f"{'+' if value > 0 else ''}{_decimal(value, 1)}{NARROW}%"
        case "eur":
            return f"{_decimal(value, 0)}{NARROW}€"
        case "months":
            return f"{_decimal(value, 0)} mois"
        case "ratio":
            return _decimal(value, 2 if abs(value) < 10 else 0)
        case _:
            return _decimal(value, 0)


def limits(lower: float | None, upper: float | None, unit: str) -> str:
    """Limits in words: « entre 21,5 % et 38 % », « au plus 25 % », « au moins 12 mois »; empty where there is none.

    What no share can pass, 0 or 100 %, is not said.
    """
    if unit == "percent" and lower is not None and upper is not None:
        if lower <= 0:
            lower = None
        elif upper >= 100:
            upper = None
    if lower is not None and upper is not None:
        return f"entre {figure(lower, unit)} et {figure(upper, unit)}"
    if upper is not None:
        return f"au plus {figure(upper, unit)}"
    if lower is not None:
        return f"au moins {figure(lower, unit)}"
    return ""


def message(entry: CatalogueEntry, row: Row, expected: str, year: int, n_rows: int) -> str:
    """The sentence that tells a person what one row, the worst of `n_rows`, has against it."""
    said = typeset(
        entry.texts.message.format(
            label=row.label_fr,
            observed=figure(row.observed, entry.unit),
            usual=figure(row.usual, entry.unit),
            expected=expected,
            year=year,
            before=year - 1,
        )
    )
    if n_rows == 1:
        return said
    others = "un autre point" if n_rows == 2 else f"{n_rows - 1} autres points"
    return f"{said} Et {others}."


def _decimal(value: float, decimals: int) -> str:
    """French writing, rounded half away from zero, without decimals that are all zero."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    whole, _, fraction = f"{rounded:,f}".partition(".")
    shown = whole.replace(",", NARROW).replace("-", "\N{MINUS SIGN}")
    return f"{shown},{fraction}" if fraction.strip("0") else shown
