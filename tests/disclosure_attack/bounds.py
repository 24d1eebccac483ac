"""How closely every hidden count can be bounded: linear and integer programming over the attacker's equations.

Two tables of whole numbers that agree with everything in print and differ by the threshold in a count prove that
nobody can bound it more closely. Where a search finds none, the bounds are computed exactly, with integer programming.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from tests.disclosure_attack.subtraction import subtract
from tests.disclosure_attack.tables import Cell, Equations

_FAR = 1e6
_TURNS = 60
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bound:
    """What the attacker knows of a hidden cell: it lies between `lower` and `upper`. Other names of it are `cells`.

    `is_exact` says whether these are its true ends; if not, they are two values that it may well have.
    """

    cells: tuple[Cell, ...]
    lower: float
    upper: float
    is_exact: bool

    @property
    def width(self) -> float:
        return self.upper - self.lower


@dataclass
class _Part:
    """One connected part: a matrix over its free counts, and the hidden cells that can be written over them."""

    matrix: csr_array
    right: Floats
    whole: NDArray[np.bool_]
    is_time: NDArray[np.bool_]
    """Which columns are months: lengths of time, whose limits are broken multiples of counts."""
    cells: list[tuple[tuple[Cell, ...], NDArray[np.int64], float]]


def bound_hidden_cells(system: Equations, widths: dict[Cell, float], exact: bool = False) -> list[Bound]:
    """Bounds of every hidden cell.

    Args:
        widths: for a cell, how far apart its bounds must be; the search stops there. Zero asks for nothing.
        exact: compute the true ends of every cell, which takes long for a whole country.
    """
    known = subtract(system)
    bounds: list[Bound] = []
    for counts, cells in system.hidden.items():
        if all(count in known for count in counts):
            value = sum(known[count] for count in counts)
            bounds.append(Bound(tuple(cells), value, value, is_exact=True))
    for part in _parts(system, known):
        bounds += _bound_part(part, widths, exact)
    return bounds


def _parts(system: Equations, known: dict[int, float]) -> Iterator[_Part]:
    row, column, coefficient = [], [], []
    right = list(system.right)
    for number, left in enumerate(system.left):
        for count, factor in left.items():
            if count in known:
                right[number] -= factor * known[count]
            else:
                row.append(number)
                column.append(count)
                coefficient.append(factor)
    n_counts, n_rows = len(system.counts), len(system.left)
    matrix = coo_array((coefficient, (row, column)), shape=(n_rows, n_counts)).tocsr()
    free_counts = [[count for count in counts if count not in known] for counts in system.hidden]
    # A hidden cell ties its counts together too: it is looked at in one piece.
    tied = [(count, number) for number, counts in enumerate(free_counts, start=n_counts + n_rows) for count in counts]
    size = n_counts + n_rows + len(free_counts)
    ends = (
        np.array([*column, *(pair[0] for pair in tied)]),
        [*(n_counts + np.array(row)), *(pair[1] for pair in tied)],
    )
    _, label = connected_components(coo_array((np.ones(len(ends[0])), ends), shape=(size, size)), directed=False)
    cells_of: dict[int, list[tuple[tuple[Cell, ...], list[int], float]]] = defaultdict(list)
    for (counts, cells), free in zip(system.hidden.items(), free_counts, strict=True):
        if free:
            constant = sum(known[count] for count in counts if count in known)
            cells_of[int(label[free[0]])].append((tuple(cells), free, constant))
    columns_of, rows_of = _members(label[:n_counts], cells_of), _members(label[n_counts : n_counts + n_rows], cells_of)
    is_time = np.array([name.startswith(("MONTHS", "(MONTHS")) for name, *_ in system.counts])
    for key, cells_here in cells_of.items():
        columns, rows = columns_of[key], rows_of[key]
        at = {int(count): position for position, count in enumerate(columns)}
        yield _Part(
            matrix[rows][:, columns],
            np.array(right)[rows],
            np.array(system.whole)[columns],
            is_time[columns],
            [(cells, np.array([at[count] for count in free]), constant) for cells, free, constant in cells_here],
        )


def _members(label: NDArray[np.int32], wanted: dict[int, object]) -> dict[int, NDArray[np.int64]]:
    order = np.argsort(label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(label.max() + 2))
    return {key: order[starts[key] : starts[key + 1]] for key in wanted}


def _bound_part(part: _Part, widths: dict[Cell, float], exact: bool) -> list[Bound]:
    n_cells = len(part.cells)
    lower, upper = np.full(n_cells, np.inf), np.full(n_cells, -np.inf)
    wanted = np.array([max(widths.get(cell, 0.0) for cell in cells) for cells, _, _ in part.cells])
    # Counts are looked for without the months, which would pull them away from whole numbers; then months that fit.
    time_rows = np.asarray(abs(part.matrix[:, part.is_time]).sum(axis=1)).ravel() > 0
    solver = _solver(part, ~time_rows, _fewest(part, time_rows))
    fit = _solver(part, time_rows, np.zeros(part.matrix.shape[1])) if time_rows.any() else None
    draw = np.random.default_rng(0)
    idle = 0
    for turn in range(_TURNS):
        open_ = ~(upper - lower >= wanted - 1e-6)
        if (turn and not open_.any()) or idle == 5:
            break
        objective = np.zeros(part.matrix.shape[1])
        for position in np.flatnonzero(open_):
            objective[part.cells[position][1]] += draw.choice([-1.0, 1.0]) * draw.uniform(0.5, 1.5)
        table = _best(solver, np.where(part.is_time, 0.0, objective))
        if table is not None and not _broken(table, part.whole):
            table = np.where(part.whole, np.round(table), table)
            table = table if fit is None else _with_months(fit, table, part.is_time)
        else:
            table = None
        if table is not None:
            for position, (_, free, constant) in enumerate(part.cells):
                value = constant + table[free].sum()
                lower[position] = min(lower[position], value)
                upper[position] = max(upper[position], value)
        still = ~(upper - lower >= wanted - 1e-6)
        idle = idle + 1 if still.sum() == open_.sum() else 0
    ends = np.full(n_cells, False)
    for position, (_, free, constant) in enumerate(part.cells):
        if exact or not upper[position] - lower[position] >= wanted[position] - 1e-6:
            lower[position], upper[position] = _ends(part, free, constant)
            ends[position] = True
    return [
        Bound(cells, float(lower[position]), float(upper[position]), bool(ends[position]))
        for position, (cells, _, _) in enumerate(part.cells)
    ]


def _broken(table: Floats, whole: NDArray[np.bool_]) -> bool:
    return bool((np.abs(table - np.round(table))[whole] > 1e-5).any())


def _fewest(part: _Part, time_rows: NDArray[np.bool_]) -> Floats:
    """How many exits there must be at least, so that nobody stayed longer than since June 1990."""
    fewest = np.zeros(part.matrix.shape[1])
    for row in np.flatnonzero(time_rows):
        here = slice(part.matrix.indptr[row], part.matrix.indptr[row + 1])
        columns, factors = part.matrix.indices[here], part.matrix.data[here]
        counts = ~part.is_time[columns]
        if counts.sum() == 1 and (factors[~counts] < 0).all():
            fewest[columns[counts][0]] = np.ceil(part.right[row] / factors[counts][0] - 1e-9)
    return np.maximum(fewest, 0.0)


def _with_months(fit: highspy.Highs, table: Floats, is_time: NDArray[np.bool_]) -> Floats | None:
    """The table with months that fit its counts; None where no months do."""
    columns = np.arange(len(table), dtype=np.int32)
    upper = np.where(is_time, _FAR * 1e3, table)
    fit.changeColsBounds(len(table), columns, np.where(is_time, 0.0, table), upper)
    return _best(fit, np.zeros(len(table)))


def _solver(part: _Part, rows: NDArray[np.bool_], lower: Floats) -> highspy.Highs:
    n = part.matrix.shape[1]
    matrix, right = part.matrix[rows], part.right[rows]
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n, matrix.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(n), lower, np.full(n, _FAR)
    if not part.whole.any():
        model.col_upper_ = np.full(n, 1e12)
    model.row_lower_ = model.row_upper_ = right
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    solver = highspy.Highs()
    solver.silent()
    solver.passModel(model)
    return solver


def _best(solver: highspy.Highs, objective: Floats) -> Floats | None:
    solver.changeColsCost(len(objective), np.arange(len(objective), dtype=np.int32), -objective)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.asarray(solver.getSolution().col_value)


def _ends(part: _Part, free: NDArray[np.int64], constant: float) -> tuple[float, float]:
    """The true lowest and highest value of a sum of counts, whole numbers taken as such."""
    objective = np.zeros(part.matrix.shape[1])
    objective[free] = 1.0
    found = []
    for sign in (1.0, -1.0):
        answer = milp(
            sign * objective,
            integrality=part.whole.astype(int),
            bounds=Bounds(0, np.inf),
            constraints=LinearConstraint(part.matrix, part.right, part.right),
        )
        if answer.status == 3:  # unbounded
            found.append(-sign * np.inf)
        elif answer.x is None:
            raise RuntimeError(f"The attacker's equations have no solution: {answer.message}")
        else:
            found.append(sign * answer.fun)
    return constant + found[0], constant + found[1]
