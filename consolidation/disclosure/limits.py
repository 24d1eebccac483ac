"""Limits of the hidden figures that follow from one relation after the other (interval propagation).

It is quick and never too wide in what it excludes: whoever solves the whole system finds limits at least as tight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consolidation.disclosure.system import Flags, Floats, Ints, System

_ROUNDS = 60
_ROUNDING = 1e-6


@dataclass
class Limits:
    """Lowest and highest value of each unknown, and the relation that says so (-1: none)."""

    lowest: Floats
    highest: Floats
    lowest_by: Ints
    highest_by: Ints
    settled: Ints
    """In which round of propagation the limits of an unknown were set: the earlier, the nearer to the cause."""

    def widths(self) -> Floats:
        return self.highest - self.lowest


def _terms_at_stake(system: System, hidden: Flags) -> tuple[Ints, Ints]:
    """The terms of every relation that holds a hidden figure, and the starts of those relations among them."""
    figure_hidden = (hidden & ~system.is_slack)[system.unknowns]
    at_stake = np.logical_or.reduceat(figure_hidden, system.starts[:-1])
    sizes = np.diff(system.starts)
    terms = np.flatnonzero(np.repeat(at_stake, sizes))
    return terms, np.concatenate([[0], np.cumsum(sizes[at_stake])[:-1]]).astype(np.int64)


def propagate(system: System, hidden: Flags) -> Limits:
    """Tightens the limits until nothing changes any more (or `_ROUNDS` times: they are valid at any time)."""
    terms, starts = _terms_at_stake(system, hidden)
    lowest = np.where(hidden, 0.0, system.value)
    highest = np.where(hidden, np.inf, system.value)
    lowest_by = np.full(system.n_unknowns, -1)
    highest_by = np.full(system.n_unknowns, -1)
    settled = np.full(system.n_unknowns, _ROUNDS)
    if len(terms) == 0:
        return Limits(lowest, highest, lowest_by, highest_by, settled)
    unknown, coefficient = system.unknowns[terms], system.coefficients[terms]
    relation = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(terms))))
    positive = coefficient > 0
    order = np.argsort(unknown, kind="stable")
    by_unknown = unknown[order]
    firsts = np.flatnonzero(np.concatenate([[True], by_unknown[1:] != by_unknown[:-1]]))
    concerned = by_unknown[firsts]
    free = hidden[concerned]
    whole = system.is_whole[concerned]
    relation_of = np.repeat(np.arange(len(system.starts) - 1), np.diff(system.starts))[terms][order]
    spread = np.repeat(np.arange(len(firsts)), np.diff(np.append(firsts, len(order))))
    for turn in range(_ROUNDS):
        low = np.where(positive, coefficient * lowest[unknown], coefficient * highest[unknown])
        high = np.where(positive, coefficient * highest[unknown], coefficient * lowest[unknown])
        others_low = _sum_of_others(low, starts, relation, -np.inf)
        others_high = _sum_of_others(high, starts, relation, np.inf)
        term_lowest = np.where(positive, -others_high, -others_low) / coefficient
        term_highest = np.where(positive, -others_low, -others_high) / coefficient
        term_lowest, term_highest = term_lowest[order], term_highest[order]
        best_lowest = np.maximum.reduceat(term_lowest, firsts)
        best_highest = np.minimum.reduceat(term_highest, firsts)
        new_lowest = np.where(whole, np.ceil(best_lowest - _ROUNDING), best_lowest)
        new_highest = np.where(whole, np.floor(best_highest + _ROUNDING), best_highest)
        raised = free & (new_lowest > lowest[concerned] + _ROUNDING)
        lowered = free & (new_highest < highest[concerned] - _ROUNDING)
        # The relation that moved a limit last is what gives the figure away: those that repeat it only follow.
        says_lowest = np.flatnonzero(raised[spread] & (term_lowest == best_lowest[spread]))
        says_highest = np.flatnonzero(lowered[spread] & (term_highest == best_highest[spread]))
        lowest_by[concerned[spread[says_lowest[::-1]]]] = relation_of[says_lowest[::-1]]
        highest_by[concerned[spread[says_highest[::-1]]]] = relation_of[says_highest[::-1]]
        settled[concerned[raised | lowered]] = turn
        lowest[concerned[raised]] = new_lowest[raised]
        highest[concerned[lowered]] = new_highest[lowered]
        if not (raised.any() or lowered.any()):
            break
    return Limits(lowest, highest, lowest_by, highest_by, settled)


def _sum_of_others(values: Floats, starts: Ints, relation: Ints, infinity: float) -> Floats:
    """For each term the sum of the other terms of its relation, infinities counted apart."""
    infinite = np.isinf(values)
    finite = np.where(infinite, 0.0, values)
    total = np.add.reduceat(finite, starts)[relation]
    n_infinite = np.add.reduceat(infinite.astype(np.int64), starts)[relation]
    return np.where(n_infinite - infinite > 0, infinity, total - finite)
