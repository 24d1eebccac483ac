"""How a broken cell is told to a French reader: which figure, where, what was expected of it."""

from __future__ import annotations

from functools import cache

from ingestion.acknowledgement.wording import typeset
from ingestion.contract.nomenclature import code_lists
from quality.reconciliation.catalogue import Cell, cells, read_seed
from quality.reconciliation.numbers_fr import shown_number
from quality.results import FailingRow

_TERRITORIES = {"national": "France entière", "region": "Région {id}", "departement": "Département {id}"}
_MEASURES = {
    "numerator": "",
    "value": "",
    "denominator": " (dénominateur)",
    "n_missing": " (non renseignés)",
    "n_plie": " (nombre de PLIE)",
}
_UNSHOWN = {
    "parcours.open_before": "Parcours ouverts au 1er janvier",
    "parcours.open_after": "Parcours ouverts au 31 décembre",
}
"""Quantities that no cell shows."""


@cache
def _labels() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    indicators = {row["indicator_id"]: row["label_fr"] for row in read_seed("indicator_catalogue")}
    categories = {(row["indicator_id"], row["category"]): row["label_fr"] for row in read_seed("category_labels")}
    return indicators, categories


def cell_label(indicator_id: str, category: str) -> str:
    """A cell in French: « Sorties par nature, Emploi durable »; the identifier where the catalogue has none."""
    indicators, categories = _labels()
    label = indicators.get(indicator_id, indicator_id)
    if category == "TOTAL":
        return label
    cell = cells().get((indicator_id, category))
    of_list = code_lists().get(cell.code_list or "", {}) if cell else {}
    return f"{label}, {categories.get((indicator_id, category)) or of_list.get(category) or category}"


@cache
def _cell_of_quantity() -> dict[str, tuple[Cell, str]]:
    """The cell that shows a quantity best: as its numerator, else as its denominator, else as its base."""
    found: dict[str, tuple[Cell, str]] = {}
    for cell in cells().values():
        found.setdefault(cell.numerator, (cell, "numerator"))
    for cell in cells().values():
        for quantity, measure in (
            (cell.denominator, "denominator"),
            (cell.missing, "n_missing"),
            (cell.base, "n_plie"),
        ):
            if quantity is not None:
                found.setdefault(quantity, (cell, measure))
    return found


def quantity_label(quantity: str) -> str:
    """A quantity in French, by the cell that shows it."""
    name = quantity.removesuffix("@before")
    before = ", l'année d'avant" if name != quantity else ""
    if name not in _cell_of_quantity():
        return _UNSHOWN.get(name, name) + before
    cell, measure = _cell_of_quantity()[name]
    return cell_label(cell.indicator_id, cell.category) + _MEASURES[measure] + before


def item_label(item: str) -> str:
    """What was compared, in French: a cell `indicator|category|measure`, a quantity, or the left side of a relation."""
    if "|" in item:
        indicator_id, category, measure = item.split("|")
        return cell_label(indicator_id, category) + _MEASURES[measure]
    left = item.split(" <= ")[0].split(" = ")[0]
    return " + ".join(quantity_label(term) for term in left.split(" + "))


def failing_row(
    check_id: str,
    scope: str,
    scope_id: str,
    item: str,
    observed: float | None,
    low: float | None,
    high: float | None,
) -> FailingRow:
    """One broken cell as the page of the gate shows it."""
    place = _TERRITORIES.get(scope, "").format(id=scope_id)
    label = f"{place} : {item_label(item)}" if place else item_label(item)
    if low is None and high is None:
        expected = "aucune valeur"
    elif low is None:
        expected = f"au plus {shown_number(high)}"
    elif low == high:
        expected = shown_number(low)
    else:
        expected = f"entre {shown_number(low)} et {shown_number(high)}"
    plie_id = scope_id if scope == "plie" else None
    return FailingRow(check_id, plie_id, typeset(label), observed, typeset(expected))
