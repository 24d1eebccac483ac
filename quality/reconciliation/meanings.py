"""What a published figure means: which quantity it gives, or which two quantities it divides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from quality.reconciliation.catalogue import cells, read_seed, read_table
from quality.reconciliation.figures import Figure, FiguresError

_UNPLACED = {
    "edition": "numéro d'édition",
    "external": "chiffre d'une source extérieure",
    "local": "chiffre d'un seul PLIE, sans autre qui le recoupe",
    "wording": "formule approchée, sans définition",
    "before_history": "sans indicateur qui lui réponde",
}
"""Why a figure known to the seed says nothing that another could contradict, by its kind."""


@dataclass(frozen=True)
class Meaning:
    """A figure as quantities: `factor` * `above` / `below`, or `above` alone where `below` is None.

    Attributes:
        base: the quantity that the number of PLIE printed beside it gives.
    """

    above: str
    below: str | None
    factor: int
    base: str | None


@cache
def _seed() -> dict[str, dict[str, str]]:
    return {row["figure_id"]: row for row in read_seed("published_figures")}


@cache
def _as_printed() -> dict[str, dict[str, str]]:
    return {row["figure_id"]: row for row in read_table("as_printed.csv")}


@cache
def _facts() -> dict[str, dict[str, str]]:
    return {row["figure_id"]: row for row in read_table("facts.csv")}


def known_row(figure_id: str) -> dict[str, str] | None:
    """What the repository knows of a published figure, by its id: a row of the seed or of `facts.csv`."""
    return _seed().get(figure_id) or _facts().get(figure_id)


def meaning_of(figure: Figure) -> Meaning | str:
    """The quantities that a figure gives, or in French why it gives none that another could contradict.

    What the file says comes first, then what the sentence in print says (`as_printed.csv`), then the seed.

    Raises:
        FiguresError: nobody knows the figure, or its unit is not that of what it means.
    """
    if figure.indicator_id:
        return _of_cell(figure, figure.indicator_id, figure.category, figure.measure)
    printed, known = _as_printed().get(figure.figure_id), known_row(figure.figure_id)
    if printed and printed["numerator"]:
        return Meaning(
            above=printed["numerator"],
            below=printed["denominator"] or None,
            factor=100 if figure.unit == "percent" else 1,
            base=None,
        )
    for row in (printed, known):
        if row and row["indicator_id"]:
            return _of_cell(figure, row["indicator_id"], row["category"], row["measure"])
    if known is None:
        raise FiguresError(
            f"line {figure.line}: unknown figure id {figure.figure_id}; name the cell that it gives in the columns"
            " indicator_id, category and measure (`value`, `numerator`, `denominator` or `n_plie`), or use an id of"
            " dbt_project/seeds/published_figures.csv"
        )
    return _UNPLACED.get(known["kind"], "sans cellule qui lui réponde")


def _of_cell(figure: Figure, indicator_id: str, category: str, measure: str) -> Meaning:
    cell = cells().get((indicator_id, category))
    if cell is None:
        named = sorted(category for name, category in cells() if name == indicator_id)
        known = f"its categories are {', '.join(named)}" if named else "no such indicator in the catalogue"
        raise FiguresError(f"line {figure.line}, {figure.figure_id}: no cell {indicator_id} {category}: {known}")
    is_share = measure == "value" and cell.unit == "percent"
    if (figure.unit == "percent") != is_share:
        expected = "percent" if is_share else "count, ratio or fte"
        raise FiguresError(
            f"line {figure.line}, {figure.figure_id}: unit is {figure.unit}, but the {measure} of {indicator_id} is in"
            f" {expected}"
        )
    base = cell.denominator if (cell.denominator or "").startswith("answers.") else cell.base
    if measure == "n_plie":
        return Meaning(cell.base, None, 1, None)
    if measure == "denominator":
        if cell.denominator is None:
            raise FiguresError(f"line {figure.line}, {figure.figure_id}: {indicator_id} is a count: no denominator")
        return Meaning(cell.denominator, None, 1, base)
    below = cell.denominator if measure == "value" and cell.unit != "count" else None
    return Meaning(cell.numerator, below, cell.factor if below else 1, base)
