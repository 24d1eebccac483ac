"""How chance is drawn: named random streams, controlled rounding, and choices without replacement to exact quotas."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.integer[Any]]
Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Mask: TypeAlias = npt.NDArray[np.bool_]

STREAMS = (
    *("programmes", "flows", "careers", "profiles", "outcomes", "contracts", "steps", "details", "senders", "bad"),
    *("survey", "fiches"),
)
"""Each subject draws from its own stream, so that a change in one does not move the others."""


def stream(seed: int, subject: str) -> np.random.Generator:
    """The random numbers of one subject; the same for the same seed, whatever the others have drawn."""
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(STREAMS.index(subject),))
    return np.random.Generator(np.random.PCG64(sequence))


def count_at(scale: float, people: float) -> int:
    """A national count at this scale, rounded half up."""
    return int(np.floor(scale * people + 0.5))


def apportion(total: int, weights: Floats | Ints, caps: Ints | None = None) -> Ints:
    """Splits `total` into integers in proportion to `weights` by largest remainder, none above its cap.

    Raises ValueError when the caps cannot hold the total.
    """
    weights = np.asarray(weights, dtype=np.float64)
    shares = np.zeros(len(weights), dtype=np.int64)
    limits = np.full(len(weights), total, dtype=np.int64) if caps is None else np.asarray(caps, dtype=np.int64)
    while (left := total - int(shares.sum())) > 0:
        open_weights = np.where(shares < limits, weights, 0.0)
        if open_weights.sum() <= 0:
            raise ValueError(f"{left} of {total} cannot be placed within the limits.")
        exact = left * open_weights / open_weights.sum()
        part = np.floor(exact).astype(np.int64)
        largest = np.argsort(-(exact - part), kind="stable")[: left - int(part.sum())]
        part[largest] += 1
        shares = np.minimum(shares + part, limits)
    return shares


def race(rng: np.random.Generator, weights: Floats) -> Floats:
    """Arrival times whose first k are a draw of k without replacement, in proportion to `weights`; never where 0."""
    times = rng.standard_exponential(len(weights))
    with np.errstate(divide="ignore"):
        return np.asarray(times / weights, dtype=np.float64)


def first_of_each(times: Floats, group: Ints, quota: Ints) -> Mask:
    """Marks, in each group g, the `quota[g]` earliest. Raises ValueError when a group has too few that ever arrive."""
    order = np.lexsort((times, group))
    sizes = np.bincount(group, minlength=len(quota))
    starts = np.cumsum(sizes) - sizes
    rank = np.arange(len(group)) - np.repeat(starts, sizes)
    chosen = np.zeros(len(group), dtype=np.bool_)
    chosen[order[rank < np.repeat(quota, sizes)]] = True
    if np.any(sizes < quota) or not np.all(np.isfinite(times[chosen])):
        raise ValueError("A group holds fewer candidates than its quota.")
    return chosen


def first(times: Floats, quota: int) -> Ints:
    """Positions of the `quota` earliest of all, in their order of arrival."""
    order = np.argsort(times, kind="stable")[:quota]
    if len(order) < quota or not np.all(np.isfinite(times[order])):
        raise ValueError(f"Fewer than {quota} candidates.")
    return order


def rank_and_cut(scores: Floats, quotas: Ints) -> Ints:
    """Category of each element: the lowest scores take category 0 up to its quota, the next ones category 1, and so on.

    A quota below 0 (people who came back hold more of it than there is) is taken from the largest one.
    """
    quotas = np.asarray(quotas, dtype=np.int64).copy()
    short = int(np.minimum(quotas, 0).sum())
    quotas = np.maximum(quotas, 0)
    quotas[np.argmax(quotas)] += short
    categories = np.empty(len(scores), dtype=np.int8)
    categories[np.argsort(scores, kind="stable")] = np.repeat(np.arange(len(quotas), dtype=np.int8), quotas)
    return categories


def pick_by_weight(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """`size` positions drawn with replacement in proportion to `weights`."""
    cumulated = np.cumsum(weights)
    return np.asarray(np.searchsorted(cumulated, rng.random(size) * cumulated[-1], side="right"), dtype=np.int64)
