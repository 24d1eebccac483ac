"""What is hidden so far: figures, and with them the rows, denominators and missing answers in which they stand."""

from __future__ import annotations

import numpy as np

from consolidation.disclosure.system import Flags, Floats, Ints, System

HEADLINES = frozenset({"active", "open", "entries", "exits", "steps"})
"""Totals that everything else is a share of: hiding one hides dozens of rows and makes the rest unreadable."""
HEADLINE_COST = 20.0
_RATE_COST, _PART_COST = 0.8, 0.2
"""Of a row, what it costs to withhold its denominator, and so its rate; its missing answers, or the rate of a zero."""


class Suppression:
    """The state of the rows while the choice is made; a figure is hidden when no row shows it any more.

    A row whose numerator is hidden is suppressed as a whole. One whose denominator alone is hidden shows its numerator
    without it: that count stands elsewhere too, or is no secret.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        n_rows = len(system.items)
        self.row_hidden: Flags = np.zeros(n_rows, dtype=bool)
        self.denominator_hidden: Flags = np.zeros(n_rows, dtype=bool)
        self.missing_hidden: Flags = np.zeros(n_rows, dtype=bool)
        self._is_zero = system.value[system.numerator] == 0
        self._counting = self._rows_by_figure(system.numerator)
        self._dividing = self._rows_by_figure(system.denominator)
        self._missing = self._rows_by_figure(system.missing)
        self._terms = np.argsort(system.unknowns, kind="stable")
        self._terms_start = np.searchsorted(system.unknowns[self._terms], np.arange(system.n_unknowns + 1))
        self._relation_of = np.repeat(np.arange(len(system.starts) - 1), np.diff(system.starts))
        self._is_headline = np.array([concept in HEADLINES for _, concept in system.names])
        self.hidden: Flags = system.is_slack
        was_out = np.array([item.was_out for item in system.items])
        kept = np.zeros(system.n_unknowns + 1, dtype=bool)
        for column in (system.numerator, system.denominator, system.missing):
            kept[column[was_out]] = True
        # What former editions have, and show nowhere, stays hidden.
        self.hide(np.flatnonzero(system.is_small | (kept[:-1] & ~system.is_published)))

    def _rows_by_figure(self, column: Ints) -> tuple[Ints, Ints]:
        """Rows by the figure that stands in a column: those of figure `f` stand at `starts[f]` to `starts[f + 1]`."""
        order = np.argsort(column, kind="stable")
        return np.searchsorted(column[order], np.arange(self.system.n_figures + 1)), order

    def relations_of(self, unknown: int) -> Ints:
        """The relations in which an unknown stands."""
        return self._relation_of[self._terms[self._terms_start[unknown] : self._terms_start[unknown + 1]]]

    def hide(self, figures: Ints) -> None:
        """Hides these figures wherever they stand, and finds all that then stand nowhere."""
        for figure in figures:
            for (starts, rows), flags in (
                (self._counting, self.row_hidden),
                (self._dividing, self.denominator_hidden),
                (self._missing, self.missing_hidden),
            ):
                flags[rows[starts[figure] : starts[figure + 1]]] = True
        self._find_hidden()

    def _find_hidden(self) -> None:
        system = self.system
        seen = np.zeros(system.n_unknowns + 1, dtype=bool)
        visible = ~self.row_hidden
        seen[system.numerator[visible]] = True
        seen[system.denominator[visible & ~self.denominator_hidden]] = True
        seen[system.missing[visible & ~self.missing_hidden]] = True
        self.hidden = ~(seen[:-1] | system.is_published)
        self.hidden[system.n_figures :] = True

    def costs(self) -> Floats:
        """The cost of hiding each figure now; zero where it is hidden, infinite where it cannot be.

        What a former edition has shown cannot be hidden any more.
        """
        system = self.system
        visible = np.where(self.row_hidden, 0.0, system.cost)
        dividing = np.where(self.denominator_hidden, 0.0, np.where(self._is_zero, _PART_COST, _RATE_COST)) * visible
        missing = np.where(self.missing_hidden, 0.0, _PART_COST) * visible
        costs = np.zeros(system.n_unknowns)
        for column, weight in ((system.numerator, visible), (system.denominator, dividing), (system.missing, missing)):
            there = column >= 0
            costs += np.bincount(column[there], weights=weight[there], minlength=system.n_unknowns)
        costs[: system.n_figures][self._is_headline] *= HEADLINE_COST
        costs[self.hidden] = 0.0
        costs[system.is_published] = np.inf
        return costs
