"""Which claims cannot be true together, and the fewest to correct: conflicts and repairs, each the mirror of the other.

A *conflict* is a set of claims that cannot be true together and of which none can be spared; a *repair* is a set of
claims without which the others can. Every repair takes at least one claim out of every conflict, so the cheapest
repair is found by correcting the cheapest set that meets the conflicts known so far, and looking for one more
(implicit hitting sets, Reiter 1987).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quality.reconciliation.programme import Programme, quiet_solver

CONFLICT_ROUNDS = 40
"""Conflicts asked for, at most, to find short ones of one claim."""
SWAP_ROUNDS = 60
MOST_SWAPS = 12
"""Other repairs of the same size: how many candidates are tried, and how many are kept."""
FAR = 1_000_000
"""Cost of a difference, beyond any cost of claims."""
SURPLUS = 4
"""How many times the conflicts that are wanted are looked for, to keep the shortest."""

Claims = frozenset[int]


@dataclass(frozen=True)
class Repairs:
    """The cheapest repair, and how others as small differ from it.

    Attributes:
        swaps: each takes some claims out of the repair and puts as many others in; what is the sum of two is left out.
    """

    cheapest: Claims
    swaps: tuple[tuple[Claims, Claims], ...]


def smallest_repairs(programme: Programme, costs: Mapping[int, int]) -> Repairs:
    """The fewest claims without which all others can be true together; nothing where all can.

    Args:
        costs: of correcting each claim; one that is never corrected has none.

    Raises:
        ValueError: claims that are never corrected contradict one another.
    """
    everything = frozenset(range(programme.n_claims))
    conflicts: list[Claims] = []
    while True:
        repair = _cheapest_meeting(conflicts, costs, [])
        if repair is None:
            raise ValueError("Claims that are never corrected contradict one another.")
        if not _learn(programme, everything - repair, conflicts):
            return Repairs(repair, _swaps(programme, costs, repair, conflicts) if repair else ())


def _learn(programme: Programme, kept: Claims, conflicts: list[Claims]) -> bool:
    """Adds the conflicts among these claims that share none, if there are any: several at once make fewer rounds."""
    known = len(conflicts)
    while (conflict := programme.conflict_within(kept)) is not None:
        conflicts.append(conflict)
        kept -= conflict
    return len(conflicts) > known


def _swaps(
    programme: Programme, costs: Mapping[int, int], repair: Claims, conflicts: list[Claims]
) -> tuple[tuple[Claims, Claims], ...]:
    """The repairs of the same size, those with the fewest differences first."""
    everything = frozenset(range(programme.n_claims))
    far = {claim: cost + (0 if claim in repair else FAR) for claim, cost in costs.items()}
    found: list[tuple[Claims, Claims]] = []
    for _ in range(SWAP_ROUNDS):
        other = _cheapest_meeting(conflicts, far, [(repair, frozenset()), *found], size=len(repair))
        if other is None or len(found) == MOST_SWAPS:
            break
        if not _learn(programme, everything - other, conflicts):
            found.append((repair - other, other - repair))
    return tuple(found)


def conflicts_of(programme: Programme, pool: Claims, claim: int, limit: int) -> list[Claims]:
    """Up to `limit` conflicts within `pool`, where every conflict needs `claim`; the shortest found first.

    Each conflict found is broken at one of its other claims in turn, to find one that does without it (Reiter's tree).
    All that a single other claim contradicts come first; beyond these nothing says that a shorter one does not exist.
    """
    found = {
        frozenset({claim, other}): None for other in sorted(pool - {claim}) if not programme.is_possible({claim, other})
    }
    pools = [pool - frozenset().union(*found) | {claim}]
    for _ in range(CONFLICT_ROUNDS):
        if not pools or len(found) >= limit * SURPLUS:
            break
        smaller = pools.pop(0)
        conflict = next((one for one in found if one <= smaller), None) or programme.conflict_within(smaller)
        if conflict is not None:
            found[conflict] = None
            pools += [smaller - {other} for other in sorted(conflict - {claim})]
    return sorted(found, key=lambda conflict: (len(conflict), sorted(conflict)))[:limit]


def _cheapest_meeting(
    sets: Sequence[Claims], costs: Mapping[int, int], barred: Sequence[tuple[Claims, Claims]], size: int | None = None
) -> Claims | None:
    """The cheapest choice with a member of every one of `sets`; None where there is none.

    Args:
        barred: choices that leave out all of the first and take in all of the second are left alone; with nothing to
            take in, choices that hold all of the first are.
        size: how many to choose, where that is fixed.
    """
    import highspy
    import numpy

    if not sets and size is None:
        return frozenset()
    columns = {name: at for at, name in enumerate(sorted(costs))}
    solver = quiet_solver()
    solver.addVars(len(columns), numpy.zeros(len(columns)), numpy.ones(len(columns)))
    for name, at in columns.items():
        solver.changeColIntegrality(at, highspy.HighsVarType.kInteger)
        solver.changeColCost(at, float(costs[name]))
    infinity = highspy.kHighsInf
    rows = [(dict.fromkeys(members & columns.keys(), 1.0), 1.0, infinity) for members in sets]
    for out, taken in barred:
        if taken:
            rows.append((dict.fromkeys(taken, 1.0) | dict.fromkeys(out, -1.0), -infinity, len(taken) - 1.0))
        else:
            rows.append((dict.fromkeys(out, 1.0), -infinity, len(out) - 1.0))
    if size is not None:
        rows.append((dict.fromkeys(columns, 1.0), float(size), float(size)))
    for weights, low, high in rows:
        indices = numpy.array([columns[name] for name in weights], dtype=numpy.int32)
        solver.addRow(low, high, len(indices), indices, numpy.array(list(weights.values())))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    chosen = solver.getSolution().col_value
    return frozenset(name for name, at in columns.items() if chosen[at] > 0.5)
