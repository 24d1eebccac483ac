"""What ties claims to one another: the relations among their quantities, without what changes no answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from quality.reconciliation.claims import Claim
from quality.reconciliation.relations import Sum


def apart(sums: Sequence[Sum], claims: Sequence[Claim]) -> list[tuple[list[Sum], list[Claim]]]:
    """The claims in groups that no relation ties to one another, each with the relations among its quantities."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    def tie(names: Sequence[str]) -> None:
        for name in names:
            parent[root(name)] = root(names[0])

    short = _shortened(sums, {name for claim in claims for name in quantities_of(claim)})
    for one in short:
        tie([name for name, _ in one.terms])
    for claim in claims:
        tie(quantities_of(claim))
    groups: dict[str, tuple[list[Sum], list[Claim]]] = {}
    for claim in claims:
        groups.setdefault(root(quantities_of(claim)[0]), ([], []))[1].append(claim)
    for one in short:
        if (at := root(one.terms[0][0])) in groups:
            groups[at][0].append(one)
    return list(groups.values())


def quantities_of(claim: Claim) -> tuple[str, ...]:
    """The quantities that a claim speaks of."""
    return (*claim.between.above, *([claim.between.below] if claim.between.below else []))


def _shortened(sums: Iterable[Sum], claimed: set[str]) -> list[Sum]:
    """The relations with the same consequences for the claimed quantities, and fewer unknowns.

    A part that a sum already holds within its whole needs no relation of its own. Of the parts of one sum that stand
    nowhere else, one is enough: it stands for their total.
    """
    whole_of = {
        (part, name)
        for one in sums
        if one.sign == "=" and (name := _whole(one)) is not None
        for part, coefficient in one.terms
        if coefficient < 0
    }
    needed = [one for one in sums if not (one.sign == "<=" and _part_and_whole(one) in whole_of)]
    used = Counter(name for one in needed for name, _ in one.terms)
    short = []
    for one in needed:
        nowhere_else = [term for term in one.terms if used[term[0]] == 1 and term[0] not in claimed]
        spare = {term for sign in (1, -1) for term in [each for each in nowhere_else if each[1] == sign][1:]}
        short.append(Sum(tuple(term for term in one.terms if term not in spare), one.sign, one.text))
    return short


def _whole(one: Sum) -> str | None:
    """The quantity that is the sum of the others, if the relation says so."""
    wholes = [name for name, coefficient in one.terms if coefficient == 1]
    return wholes[0] if len(wholes) == 1 and all(abs(coefficient) == 1 for _, coefficient in one.terms) else None


def _part_and_whole(one: Sum) -> tuple[str, str] | None:
    """The two quantities of a relation `part <= whole`."""
    terms = {coefficient: name for name, coefficient in one.terms}
    return (terms[1], terms[-1]) if len(one.terms) == 2 and set(terms) == {1, -1} else None
