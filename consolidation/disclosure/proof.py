"""Proves that hidden figures stay unknown: tables of whole numbers that agree with all that is shown, far enough apart.

Any table that satisfies every relation could be the true one for whoever sees only what is published. Two of them that
differ by the asked width in a figure prove that nobody can bound it more closely, whatever method is used.
"""

from __future__ import annotations

import numpy as np

from consolidation.disclosure.concepts import kind
from consolidation.disclosure.limits import propagate
from consolidation.disclosure.programs import Program, connected_parts, members, rows_over
from consolidation.disclosure.system import Flags, Floats, Ints, System

_TOGETHER = 1500
"""Unknowns that are solved together; connected ones always are."""
_TURNS = 60
_IDLE_TURNS = 4
"""Turns without a figure proved after which the rest is left to the repair, which looks for each on purpose."""
_ROUNDING = 1e-6
_WHOLE = 1e-5


class Proof:
    """Lowest and highest value of each unknown in the tables found so far, the true one among them.

    Hiding more only adds tables: what was proved once stays proved.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        self.lowest: Floats = system.value.copy()
        self.highest: Floats = system.value.copy()
        self._is_months: Flags = np.zeros(system.n_unknowns, dtype=bool)
        self._is_months[: system.n_figures] = [kind(concept) == "months" for _, concept in system.names]

    def is_open(self, unknowns: Ints) -> Flags:
        """Which of these are not proved yet."""
        reached = self.highest[unknowns] - self.lowest[unknowns]
        return np.asarray(reached < self.system.width[unknowns] - _ROUNDING)

    def open_figures(self, hidden: Flags) -> Ints:
        """The hidden figures that are not proved."""
        figures = np.flatnonzero(hidden[: self.system.n_figures])
        return figures[self.is_open(figures)]

    def see(self, unknowns: Ints, table: Floats, part: Ints) -> None:
        """Takes a table into account, but for the connected parts in which a whole number is none."""
        whole = self.system.is_whole[unknowns]
        nearest = np.round(table)
        broken = np.unique(part[whole & (np.abs(table - nearest) > _WHOLE)])
        good = ~np.isin(part, broken)
        found = np.where(whole, nearest, table)[good]
        unknowns = unknowns[good]
        self.lowest[unknowns] = np.minimum(self.lowest[unknowns], found)
        self.highest[unknowns] = np.maximum(self.highest[unknowns], found)

    def search(self, hidden: Flags) -> Ints:
        """Looks for tables that prove the hidden figures, and returns those that it could not prove.

        Months are looked at apart from counts: a length of time, whose limit is a broken multiple of a count, would
        pull the counts away from whole numbers.

        Args:
            hidden: what is hidden now, slacks included.
        """
        for free in (hidden & ~self._is_months, hidden & (self._is_months | self.system.is_slack)):
            self._search_free(free)
        return self.open_figures(hidden)

    def _search_free(self, hidden: Flags) -> None:
        wanted = self.open_figures(hidden)
        if len(wanted) == 0:
            return
        limits = propagate(self.system, hidden)
        far = np.where(self.system.is_slack, np.inf, 2 * self.system.value + 1000.0)
        upper = np.minimum(limits.highest, np.ceil(far))
        part, relation_part = connected_parts(self.system, hidden)
        concerned = np.unique(part[wanted])
        columns: list[Ints] = []
        relations: list[Ints] = []
        pairs = zip(members(part, concerned), members(relation_part, concerned), strict=True)
        for number, (some_columns, some_relations) in enumerate(pairs):
            columns.append(some_columns)
            relations.append(some_relations)
            if sum(map(len, columns)) >= _TOGETHER or number == len(concerned) - 1:
                together = np.concatenate(columns)
                together = together[hidden[together]]
                rows = rows_over(self.system, np.concatenate(relations), together)
                program = Program(rows, limits.lowest[together], upper[together])
                self._search_block(program, together, part[together])
                columns, relations = [], []

    def _search_block(self, program: Program, unknowns: Ints, part: Ints) -> None:
        draw = np.random.default_rng(len(unknowns))
        idle = 0
        for _ in range(_TURNS):
            open_ = self.is_open(unknowns)
            if not open_.any() or idle == _IDLE_TURNS:
                break
            weight = draw.uniform(0.5, 1.5, len(unknowns)) * draw.choice([-1.0, 1.0], len(unknowns))
            self.see(unknowns, program.minimise(np.where(open_, weight, 0.0)), part)
            idle = idle + 1 if self.is_open(unknowns).sum() == open_.sum() else 0
