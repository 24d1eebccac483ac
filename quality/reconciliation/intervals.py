"""What a rounded figure says of the exact one: an interval closed below and open above, since halves round up."""

from __future__ import annotations

from fractions import Fraction

EDGE = Fraction(1, 10**6)
"""Within this of a bound, nothing is told from the bound itself."""


def rounding_interval(value: Fraction, decimals: int) -> tuple[Fraction, Fraction]:
    """The exact values, from the first included to the last excluded, that print as `value`.

    Args:
        decimals: decimals in print; -3 for a figure rounded to the thousand.
    """
    half = Fraction(1, 2) / Fraction(10) ** decimals
    return max(value - half, Fraction(0)), value + half


def printable(low: Fraction | None, high: Fraction | None, decimals: int, at_most: int) -> tuple[Fraction, ...]:
    """What an exact value between two bounds may print as, at so many decimals; nothing if more than `at_most`.

    Two different bounds are approached and not reached, since intervals of rounding are open above.
    """
    if low is None or high is None:
        return ()
    if low < high:
        low, high = low + EDGE, high - EDGE
    unit = 1 / Fraction(10) ** decimals
    first, last = (low / unit + Fraction(1, 2)).__floor__(), (high / unit + Fraction(1, 2)).__floor__()
    return tuple(number * unit for number in range(first, last + 1)) if last - first < at_most else ()
