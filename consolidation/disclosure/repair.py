"""Second choice of what else to hide: the cheapest other table that differs in what is exposed, and what it moves.

A linear program looks for changes of all figures that respect every relation, move each exposed figure as far as it
must be able to move, and touch as little as possible of what is shown. What it touches is then hidden.
"""

from __future__ import annotations

import numpy as np

from consolidation.disclosure.programs import Program, Rows, connected_parts, members, rows_over
from consolidation.disclosure.proof import Proof
from consolidation.disclosure.suppression import HEADLINES, Suppression
from consolidation.disclosure.system import Flags, Floats, Ints

_MISSED = 1e6
"""Cost, for each unit, of a figure that cannot be moved as far as it must."""
_MOVED = 1e-6


def hide_what_moves(suppression: Suppression, proof: Proof, exposed: Ints, turn: int, last_resort: bool = False) -> int:
    """Hides what has to move with some of the exposed figures, and returns how many figures it hid.

    Args:
        exposed: figures without proof. Those of one sum wait for each other: the next turn sees who is left.
        turn: rising from call to call: who waits for whom changes with it.
        last_resort: nothing else has helped: headline totals may be touched, and changes must be whole numbers, which
            takes longer to find.
    """
    system = suppression.system
    costs = suppression.costs()
    free = np.isfinite(costs)
    free[system.n_figures :] = True
    if not last_resort:
        headline = np.array([concept in HEADLINES for _, concept in system.names])
        free[: system.n_figures] &= ~headline | suppression.hidden[: system.n_figures]
    part, relation_part = connected_parts(system, free)
    concerned = np.unique(part[exposed])
    chosen: list[Ints] = []
    for unknowns, relations in zip(members(part, concerned), members(relation_part, concerned), strict=True):
        unknowns = unknowns[free[unknowns]]
        targets = _apart(suppression, exposed[np.isin(exposed, unknowns)], turn)
        if len(targets) == 0:
            continue
        moved, table = _cheapest_move(suppression, proof, unknowns, relations, targets, costs, last_resort)
        is_moved = np.zeros(system.n_unknowns, dtype=bool)
        is_moved[moved] = True
        proof.see(moved, table, connected_parts(system, is_moved)[0][moved])
        chosen.append(moved[~suppression.hidden[moved]])
    companions = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
    suppression.hide(companions)
    return len(companions)


def _apart(suppression: Suppression, exposed: Ints, turn: int) -> Ints:
    """Exposed figures of which no two stand in one relation, in an order that changes with the turn."""
    order = np.random.default_rng(turn).permutation(len(exposed))
    taken: set[int] = set()
    chosen = []
    for figure in exposed[order]:
        relations = suppression.relations_of(int(figure)).tolist()
        if taken.isdisjoint(relations):
            taken.update(relations)
            chosen.append(int(figure))
    return np.array(sorted(chosen), dtype=np.int64)


def _cheapest_move(
    suppression: Suppression,
    proof: Proof,
    unknowns: Ints,
    relations: Ints,
    targets: Ints,
    costs: Floats,
    in_whole_numbers: bool,
) -> tuple[Ints, Floats]:
    """The unknowns that move, and their values afterwards.

    Columns: what each unknown gains, what it loses, and what each target misses.
    """
    system = suppression.system
    n, n_targets = len(unknowns), len(targets)
    rows = rows_over(system, relations, unknowns)
    order = np.argsort(unknowns, kind="stable")
    position = order[np.searchsorted(unknowns, targets, sorter=order)]
    need = system.width[targets] - (system.value[targets] - proof.lowest[targets])
    both = Rows(
        starts=np.concatenate([2 * rows.starts, 2 * rows.starts[-1] + 3 * np.arange(1, n_targets + 1)]),
        index=np.concatenate(
            [
                np.stack([rows.index, rows.index + n], axis=1).ravel(),
                np.stack([position, position + n, 2 * n + np.arange(n_targets)], axis=1).ravel(),
            ]
        ),
        coefficients=np.concatenate(
            [
                np.stack([rows.coefficients, -rows.coefficients], axis=1).ravel(),
                np.tile([1.0, -1.0, 1.0], n_targets),
            ]
        ),
        right=np.concatenate([np.zeros(len(relations)), need]),
    )
    far = np.where(system.is_slack[unknowns], np.inf, 2 * system.value[unknowns] + 1000.0)
    upper = np.concatenate([far, system.value[unknowns], need])
    # Costs that differ a little make the cheapest move the only cheapest one, so that every machine finds the same.
    differ = 1 + 0.05 * np.random.default_rng(n).random(n)
    moving = (costs[unknowns] + 1e-3) * differ
    moving[system.is_slack[unknowns]] = 0.0
    objective = np.concatenate([moving, moving, np.full(n_targets, _MISSED)])
    row_upper = np.concatenate([np.zeros(len(relations)), np.full(n_targets, np.inf)])
    whole = np.concatenate([np.tile(system.is_whole[unknowns], 2), np.zeros(n_targets, dtype=bool)])
    program = Program(both, np.zeros(len(upper)), upper, row_upper, whole if in_whole_numbers else None)
    solved = program.minimise(objective)
    change = solved[:n] - solved[n : 2 * n]
    moved: Flags = np.abs(change) > _MOVED
    return unknowns[moved], (system.value[unknowns] + change)[moved]
