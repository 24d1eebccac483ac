"""Sets the attacker's bounds against the truth, which only the house has: what was found that should stay hidden."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.disclosure_attack.bounds import Bound, bound_hidden_cells
from tests.disclosure_attack.definitions import counts_in
from tests.disclosure_attack.published import read_map, read_rows
from tests.disclosure_attack.tables import Cell, write_down

FrozenRow = tuple[str, str, int, str, str, str, float, float | None, float | None]
"""edition_id, indicator_id, year, scope, scope_id, category, numerator, denominator, n_missing."""
PLIE_WIDTH, HEALTH_WIDTH, OTHER_WIDTH, EUROS_SHARE = 11, 11, 5, 0.15
EUROS = ("EUR", "PAID", "SPENT")


@dataclass(frozen=True)
class Verdict:
    """`n_hidden` cells were attacked, `n_exact` of them to their true ends; `found` are known too closely."""

    n_hidden: int
    n_exact: int
    found: list[tuple[Bound, float, float]]
    """Bound, true value, asked width."""


def _needed_widths(frozen: Iterable[FrozenRow]) -> tuple[dict[Cell, float], dict[Cell, float]]:
    """True value and asked width of each cell.

    A denominator that no row counts, and that is not small, is withheld with its row and asked for nothing.
    """
    truth: dict[Cell, float] = {}
    counted: set[Cell] = set()
    for edition, indicator_id, year, scope, scope_id, category, numerator, denominator, missing in frozen:
        places = counts_in(indicator_id, category)
        if places is None:
            continue
        for name, figure in (
            (places.numerator, numerator),
            (places.denominator, denominator),
            (places.missing, missing),
        ):
            if name is not None and figure is not None:
                cell = (edition, name, year, scope, scope_id)
                truth[cell] = figure
                if name != places.denominator:
                    counted.add(cell)
    widths: dict[Cell, float] = {}
    for cell, figure in truth.items():
        _, name, _, scope, _ = cell
        if name.startswith(EUROS):
            widths[cell] = EUROS_SHARE * figure
            continue
        asked = PLIE_WIDTH if scope == "plie" else HEALTH_WIDTH if name.endswith((" RQTH", " AAH")) else OTHER_WIDTH
        widths[cell] = asked if cell in counted or 0 < figure < asked else 0
    return truth, widths


def attack(
    published: Path,
    frozen: Iterable[FrozenRow],
    changed: Collection[tuple[str, int, str]] = frozenset(),
    exact: bool = False,
) -> Verdict:
    """Attacks a published file and says what the attacker found.

    Args:
        published: `indicators.csv` with the rows of all editions that are out.
        frozen: the true rows of the same editions, for the verdict alone.
        changed: (edition_id, year, plie_id) that a later edition corrected.
        exact: compute the true ends of every bound.

    Raises:
        AssertionError: the truth lies outside of exact bounds, so that the attacker's equations are wrong.
    """
    truth, widths = _needed_widths(frozen)
    bounds = bound_hidden_cells(write_down(read_rows(published), read_map(), changed), widths, exact)
    found = []
    for bound in bounds:
        value = truth[bound.cells[0]]
        if bound.is_exact:
            assert bound.lower - 1e-4 <= value <= bound.upper + 1e-4, f"{bound} and the truth is {value}"
        asked = max(widths[cell] for cell in bound.cells)
        if bound.width < asked - 1e-6:
            found.append((bound, value, asked))
    return Verdict(len(bounds), sum(bound.is_exact for bound in bounds), found)
