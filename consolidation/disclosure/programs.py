"""Linear programs over some unknowns of the system, solved by HiGHS; and which unknowns are connected."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from consolidation.disclosure.system import Flags, Floats, Ints, System

UNBOUNDED = 1e30


@dataclass(frozen=True)
class Rows:
    """Relations over some columns: `coefficients[k]` of column `index[k]`, row by row from `starts`; and what the
    other unknowns, which keep their true values, leave on the `right` of each."""

    starts: Ints
    index: Ints
    coefficients: Floats
    right: Floats


def relation_of_terms(system: System) -> Ints:
    """The relation to which each term belongs."""
    return np.repeat(np.arange(len(system.starts) - 1), np.diff(system.starts))


def rows_over(system: System, relations: Ints, columns: Ints) -> Rows:
    """The relations given, written over the columns given."""
    at = np.full(system.n_unknowns, -1)
    at[columns] = np.arange(len(columns))
    sizes = system.starts[relations + 1] - system.starts[relations]
    firsts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    terms = np.repeat(system.starts[relations] - firsts, sizes) + np.arange(sizes.sum())
    row = np.repeat(np.arange(len(relations)), sizes)
    inside = at[system.unknowns[terms]] >= 0
    known = np.where(inside, 0.0, system.coefficients[terms] * system.value[system.unknowns[terms]])
    return Rows(
        starts=np.concatenate([[0], np.cumsum(np.bincount(row[inside], minlength=len(relations)))]),
        index=at[system.unknowns[terms]][inside],
        coefficients=system.coefficients[terms][inside],
        right=-np.bincount(row, weights=known, minlength=len(relations)).astype(np.float64),
    )


def connected_parts(system: System, free: Flags) -> tuple[Ints, Ints]:
    """A number for each unknown and each relation; equal where free unknowns tie them together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    inside = free[system.unknowns]
    size = system.n_unknowns + len(system.starts) - 1
    ends = (system.unknowns[inside], system.n_unknowns + relation_of_terms(system)[inside])
    _, part = connected_components(coo_array((np.ones(inside.sum()), ends), shape=(size, size)), directed=False)
    return part[: system.n_unknowns].astype(np.int64), part[system.n_unknowns :].astype(np.int64)


def members(part: Ints, wanted: Ints) -> list[Ints]:
    """What belongs to each of the wanted parts, which are given in rising order."""
    found = np.flatnonzero(np.isin(part, wanted))
    found = found[np.argsort(part[found], kind="stable")]
    return np.split(found, np.searchsorted(part[found], wanted[1:]))


@cache
def _let_highs_greet_nobody() -> None:
    """The first solver of a process prints a banner from C, whatever its options: it goes nowhere."""
    import highspy

    flush = ctypes.CDLL(None).fflush
    sys.stdout.flush()
    flush(None)
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()
        flush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


class Program:
    """A linear program that is kept between solves, so that the next one starts where the last one ended."""

    def __init__(
        self, rows: Rows, lower: Floats, upper: Floats, row_upper: Floats | None = None, whole: Flags | None = None
    ) -> None:
        import highspy

        _let_highs_greet_nobody()
        model = highspy.HighsLp()
        model.num_col_ = len(lower)
        model.num_row_ = len(rows.right)
        model.col_cost_ = np.zeros(len(lower))
        model.col_lower_ = lower
        model.col_upper_ = np.minimum(upper, UNBOUNDED)
        model.row_lower_ = rows.right
        model.row_upper_ = rows.right if row_upper is None else row_upper
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = rows.starts
        model.a_matrix_.index_ = rows.index
        model.a_matrix_.value_ = rows.coefficients
        if whole is not None:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[int(is_whole)] for is_whole in whole]
        solver: Any = highspy.Highs()
        solver.silent()
        # One thread and one method: the same input gives the same output on any machine.
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("solver", "simplex")
        solver.setOptionValue("mip_rel_gap", 0.05)
        solver.passModel(model)
        self._solver = solver
        self._index = np.arange(len(lower), dtype=np.int32)
        self._optimal = highspy.HighsModelStatus.kOptimal

    def minimise(self, objective: Floats) -> Floats:
        """The values of the columns in the solution.

        Raises:
            RuntimeError: there is none, or the solver did not find it.
        """
        self._solver.changeColsCost(len(self._index), self._index, objective)
        self._solver.run()
        if self._solver.getModelStatus() != self._optimal:
            raise RuntimeError(f"HiGHS ended with {self._solver.getModelStatus()}.")
        return np.asarray(self._solver.getSolution().col_value)
