"""Says in French what a column of the contract accepts, from its Table Schema: its codes, its bounds, its writing."""

from __future__ import annotations

from datetime import date

from ingestion.acknowledgement.wording import day
from ingestion.contract import Field, code_lists, known_contracts


def column(contract: str | None, resource: str | None, name: str | None) -> Field | None:
    """The column of this name in this version of the contract; None when the contract has none such."""
    known = known_contracts().get(contract or "")
    table = known.allowed_resources("delta").get(resource or "") if known else None
    return next((field for field in table.fields if field.name == name), None) if table else None


def expected_value(field: Field) -> str | None:
    """What may stand in a cell of this column: « un entier de 1 à 8 », « l'un des codes F, H, N ».

    None for a free text, whose pattern is explained by the rule that checks it (R03).
    """
    codes = tuple(code_lists()[field.code_list]) if field.code_list else field.enum
    if codes:
        return f"l'un des codes {', '.join(codes)}"
    if field.type == "date":
        return "une date AAAA-MM-JJ" + (
            f", à partir du {day(date.fromisoformat(field.minimum))}" if field.minimum else ""
        )
    if field.type in ("integer", "number"):
        kind = "un entier" if field.type == "integer" else "un nombre (virgule décimale)"
        return kind + _bounds(field)
    return None


def _bounds(field: Field) -> str:
    if field.minimum is not None and field.maximum is not None:
        return f" de {field.minimum} à {field.maximum}"
    if field.minimum is not None:
        return f", au moins {field.minimum}"
    return f", au plus {field.maximum}" if field.maximum is not None else ""
