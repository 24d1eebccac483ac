"""What an attacker finds with a pencil: what is alone in an equation, and what a sum of zero leaves nothing to."""

from __future__ import annotations

from collections import defaultdict

from tests.disclosure_attack.tables import Equations

_NOTHING = 1e-7


def subtract(system: Equations) -> dict[int, float]:
    """The counts that follow one after the other, by number."""
    standing: dict[int, list[int]] = defaultdict(list)
    free = [dict(left) for left in system.left]
    right = list(system.right)
    for number, left in enumerate(free):
        for count in left:
            standing[count].append(number)
    known: dict[int, float] = {}
    waiting = list(range(len(free)))
    while waiting:
        number = waiting.pop()
        left = free[number]
        found: dict[int, float] = {}
        if len(left) == 1:
            ((count, coefficient),) = left.items()
            found[count] = right[number] / coefficient
        elif left and abs(right[number]) < _NOTHING * (1 + len(left)):
            signs = {coefficient > 0 for coefficient in left.values()}
            if len(signs) == 1:
                found = dict.fromkeys(left, 0.0)
        for count, value in found.items():
            known[count] = value = round(value) if system.whole[count] else value
            for other in standing[count]:
                right[other] -= free[other].pop(count) * value
                waiting.append(other)
    return known
