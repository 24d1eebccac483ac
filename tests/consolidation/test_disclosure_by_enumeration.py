"""The proof against the truth: every table that could be the true one is written down, for small random hierarchies."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field

import numpy as np
import pytest

from consolidation.disclosure.choice import choose
from consolidation.disclosure.places import Item
from consolidation.disclosure.system import System

WIDTH = 4.0
SMALL = 4
"""A count of 1 to 3 is hidden; what is hidden must stay unknown by 4."""


@dataclass
class Table:
    """Counts by PLIE and category, all their sums, and rows that show each count alone."""

    n_plie: int
    n_categories: int
    counts: dict[tuple[int, int], int]
    names: list[tuple[int, int]] = field(default_factory=list)

    def value(self, cell: tuple[int, int]) -> int:
        """A cell; -1 stands for the sum over PLIE or over categories."""
        plie = range(self.n_plie) if cell[0] == -1 else [cell[0]]
        categories = range(self.n_categories) if cell[1] == -1 else [cell[1]]
        return sum(self.counts[one, other] for one, other in itertools.product(plie, categories))


def drawn(seed: int) -> Table:
    draw = random.Random(seed)
    n_plie, n_categories = draw.choice([(2, 2), (2, 3), (3, 2)])
    cells = itertools.product(range(n_plie), range(n_categories))
    return Table(n_plie, n_categories, {cell: draw.choice([0, 1, 2, 3, 4, 5, 7]) for cell in cells})


def system_of(table: Table) -> System:
    table.names = list(itertools.product([*range(table.n_plie), -1], [*range(table.n_categories), -1]))
    at = {name: index for index, name in enumerate(table.names)}
    relations = [
        [(at[plie, -1], 1.0), *((at[plie, category], -1.0) for category in range(table.n_categories))]
        for plie in [*range(table.n_plie), -1]
    ] + [
        [(at[-1, category], 1.0), *((at[plie, category], -1.0) for plie in range(table.n_plie))]
        for category in [*range(table.n_categories), -1]
    ]
    value = np.array([float(table.value(name)) for name in table.names])
    n = len(value)
    items = [
        Item(index, str(name), 2021, "made.up", str(name), float(v), None, None, 3, float(v), None, ["plie"],
             False, False, False, False)
        for index, (name, v) in enumerate(zip(table.names, value, strict=True))
    ]  # fmt: skip
    return System(
        names=[(str(name), f"made_up:{name}") for name in table.names],
        value=value,
        width=np.full(n, WIDTH),
        is_whole=np.ones(n, dtype=bool),
        is_small=(value > 0) & (value < SMALL),
        is_published=np.zeros(n, dtype=bool),
        n_figures=n,
        starts=np.cumsum([0, *map(len, relations)]),
        unknowns=np.array([index for terms in relations for index, _ in terms]),
        coefficients=np.array([sign for terms in relations for _, sign in terms]),
        is_equality=np.ones(len(relations), dtype=bool),
        items=items,
        numerator=np.arange(n),
        denominator=np.full(n, -1),
        missing=np.full(n, -1),
        cost=np.array([10.0 if -1 in name else 1.0 for name in table.names]),
    )


def ends_by_enumeration(table: Table, hidden: set[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Lowest and highest value of each hidden cell over all tables that agree with what is shown.

    A cell that nothing limits is tried up to a little more than its width above the truth: that is far enough.
    """
    inner = list(itertools.product(range(table.n_plie), range(table.n_categories)))
    shown = {name: table.value(name) for name in table.names if name not in hidden}
    free = [cell for cell in inner if cell in hidden]
    ranges = [range(int(table.value(cell) + WIDTH) + 1) for cell in free]
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    if not free:
        return {}
    tables = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(free))
    inside = {name: tables[:, [_covers(name, cell) for cell in free]].sum(axis=1) for name in table.names}
    known = {
        name: table.value(name) - sum(table.value(cell) for cell in free if _covers(name, cell)) for name in table.names
    }
    agrees = np.ones(len(tables), dtype=bool)
    for name, figure in shown.items():
        agrees &= inside[name] + known[name] == figure
    for name in hidden:
        figures = (inside[name] + known[name])[agrees]
        ends[name] = (int(figures.min()), int(figures.max()))
    return ends


def _covers(name: tuple[int, int], cell: tuple[int, int]) -> bool:
    return name[0] in (-1, cell[0]) and name[1] in (-1, cell[1])


@pytest.mark.parametrize("seed", range(40))
def test_no_table_that_could_be_true_lies_too_near_for_every_hidden_count(seed: int) -> None:
    table = drawn(seed)
    suppression, proof = choose(system_of(table))
    hidden = {name for index, name in enumerate(table.names) if suppression.hidden[index]}
    assert not [index for index in np.flatnonzero(proof.system.is_small) if not suppression.hidden[index]]
    ends = ends_by_enumeration(table, hidden)
    assert set(ends) == hidden
    for name, (low, high) in ends.items():
        assert high - low >= WIDTH, (table.counts, name)
        assert low <= table.value(name) <= high
