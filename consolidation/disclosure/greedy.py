"""First choice of what else to hide: for each figure that one relation gives away, the cheapest companion in it."""

from __future__ import annotations

import numpy as np

from consolidation.disclosure.limits import Limits, propagate
from consolidation.disclosure.suppression import Suppression
from consolidation.disclosure.system import Floats, Ints

_NO_WAY = 1e9
"""Taken as the cost of a companion where there is none."""
_DEPTH = 3
_TOLERANCE = 1e-6


class _Choice:
    """One round: the limits of now, the costs of now, and how many hidden figures each relation holds."""

    def __init__(self, suppression: Suppression, limits: Limits) -> None:
        self.suppression = suppression
        self.system = system = suppression.system
        self.limits = limits
        self.width = limits.widths()
        self.costs: Floats = suppression.costs()
        self.relation_of = np.repeat(np.arange(len(system.starts) - 1), np.diff(system.starts))
        self.n_hidden: Ints = np.add.reduceat(suppression.hidden[system.unknowns].astype(np.int64), system.starts[:-1])
        self.cheapest, self.first_cost, self.second_cost = self._find_cheapest()

    def binding(self, unknown: int) -> list[int]:
        """The relations that set the limits of an unknown."""
        causes = (int(self.limits.highest_by[unknown]), int(self.limits.lowest_by[unknown]))
        return sorted({relation for relation in causes if relation >= 0})

    def companions(self, unknown: int) -> list[tuple[float, int]]:
        """What could be hidden to free an unknown, with costs: in the relations that bind it and in those behind them.

        A relation gives a figure away because its other hidden members are known, which in turn has a cause.
        """
        need = float(self.system.width[unknown] - self.width[unknown])
        found: list[tuple[float, int]] = []
        behind = [unknown]
        seen = {unknown}
        for _ in range(_DEPTH):
            here, behind = behind, []
            for bound in here:
                for relation in self.binding(bound):
                    one = self.companion(bound, relation, need)
                    if one is not None:
                        found.append(one)
                    for member in self.members(relation):
                        known = self.suppression.hidden[member] and self.width[member] < self.system.width[unknown]
                        if member not in seen and known and self.limits.settled[member] < self.limits.settled[bound]:
                            seen.add(int(member))
                            behind.append(int(member))
        return found

    def members(self, relation: int) -> Ints:
        return self.system.unknowns[self.system.starts[relation] : self.system.starts[relation + 1]]

    def companion(self, unknown: int, relation: int, need: float) -> tuple[float, int] | None:
        """Cost and name of the cheapest figure of a relation whose hiding frees an unknown of it by `need`."""
        system = self.system
        here = slice(int(system.starts[relation]), int(system.starts[relation + 1]))
        members, coefficients = system.unknowns[here], system.coefficients[here]
        own = coefficients[members == unknown][0]
        best: tuple[float, int] | None = None
        for member, coefficient in zip(members, coefficients, strict=True):
            if self.suppression.hidden[member] or not np.isfinite(self.costs[member]):
                continue
            gain = np.inf if coefficient * own < 0 else abs(coefficient) * system.value[member]
            if gain <= 0:
                continue
            cost = (self.costs[member] + self._alone(member, relation)) / min(1.0, gain / need)
            if best is None or cost < best[0] - _TOLERANCE:
                best = (float(cost), int(member))
        return best

    def _alone(self, figure: int, but: int) -> float:
        """What the other relations in which this figure would be the only hidden one will cost in their turn."""
        relations = self.suppression.relations_of(figure)
        lonely = relations[(self.n_hidden[relations] == 0) & (relations != but)]
        next_cost = np.where(self.cheapest[lonely] == figure, self.second_cost[lonely], self.first_cost[lonely])
        return float(np.minimum(next_cost, _NO_WAY).sum())

    def _find_cheapest(self) -> tuple[Ints, Floats, Floats]:
        """Of each relation the figure that is cheapest to hide, its cost and the cost of the next one."""
        system = self.system
        cost = np.where((system.value > 0) & ~self.suppression.hidden, self.costs, np.inf)[system.unknowns]
        order = np.lexsort((cost, self.relation_of))
        first = order[system.starts[:-1]]
        second = order[np.minimum(system.starts[:-1] + 1, system.starts[1:] - 1)]
        return system.unknowns[first], cost[first], cost[second]


def hide_companions(suppression: Suppression, max_rounds: int = 100) -> Limits:
    """Hides companions until no single relation gives a hidden figure away, or none is left to choose."""
    system = suppression.system
    for _ in range(max_rounds):
        limits = propagate(system, suppression.hidden)
        exposed = suppression.hidden & (limits.widths() < system.width - _TOLERANCE)
        choice = _Choice(suppression, limits)
        touched: set[int] = set()
        chosen: list[int] = []
        found = np.flatnonzero(exposed)
        for unknown in found[np.argsort(limits.settled[found], kind="stable")]:
            if touched.intersection(choice.binding(unknown)):
                continue
            companions = choice.companions(unknown)
            if companions:
                _, companion = min(companions)
                chosen.append(companion)
                for figure in (unknown, companion):
                    touched.update(suppression.relations_of(figure).tolist())
        if not chosen:
            break
        suppression.hide(np.array(chosen))
    return limits
