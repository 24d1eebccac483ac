"""The figures as one system: unknowns, the sums and limits that tie them, and the rows that show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consolidation.disclosure.concepts import kind, shown
from consolidation.disclosure.places import Item, Places
from consolidation.disclosure.relations import Relation, relations_with_the_year_before, relations_within
from consolidation.disclosure.thresholds import Thresholds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SCOPE_COST = {"plie": 1.0, "departement": 3.0, "region": 20.0, "national": 600.0}
"""What a hidden row of each scope costs: the fewer there are, and the more are read, the dearer."""
_TOTAL_COST = 4.0
"""A figure without categories is what people look for."""


@dataclass
class System:
    """Unknowns `x` (the figures, then one slack for each inequality) with `sum(coefficient * x) = 0` for each relation.

    Of an unknown: its true `value`, the `width` by which it must stay unknown once hidden (0 for a slack), whether it
    is a whole number, and whether it is `small`, that is hidden for its own sake. Relations are lists one behind the
    other: those of relation `r` stand at `starts[r]` to `starts[r + 1]` in `unknowns` and `coefficients`.
    """

    names: list[tuple[str, str]]
    value: Floats
    width: Floats
    is_whole: Flags
    is_small: Flags
    is_published: Flags
    n_figures: int
    starts: Ints
    unknowns: Ints
    coefficients: Floats
    is_equality: Flags
    items: list[Item]
    numerator: Ints
    denominator: Ints
    missing: Ints
    cost: Floats

    @property
    def n_unknowns(self) -> int:
        return len(self.value)

    @property
    def is_slack(self) -> Flags:
        return np.arange(self.n_unknowns) >= self.n_figures


class _Builder:
    def __init__(self, places: Places, thresholds: Thresholds) -> None:
        self.places = places
        self.thresholds = thresholds
        self.names: list[tuple[str, str]] = []
        self.at: dict[str, dict[str, int]] = defaultdict(dict)
        self.value: list[float] = []
        self.largest: list[float] = []
        self.n_plie: list[int] = []
        self.stands_at_plie: list[bool] = []
        self.is_published: list[bool] = []
        self.year: dict[str, int] = {}
        self.rows: list[list[tuple[int, float]]] = []
        self.is_equality: list[bool] = []

    def unknown(self, item: Item, concept: str, value: float, largest: float, is_published: bool) -> int:
        here = self.at[item.place]
        if concept not in here:
            here[concept] = len(self.names)
            self.names.append((item.place, concept))
            self.value.append(value)
            self.largest.append(largest)
            self.n_plie.append(item.n_plie)
            self.stands_at_plie.append("plie" in item.scopes)
            self.is_published.append(False)
            self.year[item.place] = item.year
        index = here[concept]
        self.is_published[index] |= is_published
        return index

    def relate(self, relation: Relation, unknowns: Iterable[int]) -> None:
        """Adds a relation where it is true of the figures: what is not true, nobody can know."""
        terms = [(index, coefficient) for index, (_, coefficient) in zip(unknowns, relation.terms, strict=True)]
        total = sum(coefficient * self.value[index] for index, coefficient in terms)
        tolerance = 1e-9 * (1 + sum(abs(coefficient * self.value[index]) for index, coefficient in terms))
        if abs(total) <= tolerance if relation.is_equality else total >= -tolerance:
            self.rows.append(terms)
            self.is_equality.append(relation.is_equality)


def build_system(places: Places, thresholds: Thresholds) -> System:
    """Writes down the system of all figures of the editions in play.

    Raises:
        KeyError: an indicator is not described in `consolidation.disclosure.concepts`.
    """
    builder = _Builder(places, thresholds)
    items: list[Item] = []
    columns: list[tuple[int, int, int]] = []
    for item in places.items:
        concepts = shown(item.indicator_id, item.category)
        if concepts is None:
            continue
        numerator = builder.unknown(
            item, concepts.numerator, item.numerator, item.largest_numerator, item.was_numerator_shown
        )
        denominator = missing = -1
        if concepts.denominator is not None and item.denominator is not None:
            largest = item.largest_denominator if item.largest_denominator is not None else item.denominator
            denominator = builder.unknown(
                item, concepts.denominator, item.denominator, largest, item.was_denominator_shown
            )
        if concepts.missing is not None and item.n_missing is not None:
            missing = builder.unknown(item, concepts.missing, item.n_missing, item.n_missing, item.was_missing_shown)
        items.append(item)
        columns.append((numerator, denominator, missing))
    _relate_within(builder)
    _relate_nested(builder)
    _relate_years(builder)
    return _assemble(builder, items, columns)


def _relate_within(builder: _Builder) -> None:
    known: dict[tuple[frozenset[str], int], list[Relation]] = {}
    for place, here in builder.at.items():
        key = (frozenset(here), builder.year[place])
        if key not in known:
            known[key] = list(relations_within(key[0], builder.places.groups, key[1]))
        for relation in known[key]:
            builder.relate(relation, [here[concept] for concept, _ in relation.terms])


def _relate_nested(builder: _Builder) -> None:
    for whole, parts in builder.places.nested:
        for concept, index in builder.at.get(whole, {}).items():
            below = [builder.at[part][concept] for part in parts]
            relation = Relation("nested", ((concept, 1.0), *((concept, -1.0) for _ in below)), is_equality=True)
            builder.relate(relation, [index, *below])


def _relate_years(builder: _Builder) -> None:
    for later, earlier in builder.places.years:
        now, before = builder.at[later], builder.at[earlier]
        for relation in relations_with_the_year_before():
            builder.relate(
                relation,
                [
                    before[concept.removeprefix("before:")] if concept.startswith("before:") else now[concept]
                    for concept, _ in relation.terms
                ],
            )


def _assemble(builder: _Builder, items: list[Item], columns: list[tuple[int, int, int]]) -> System:
    thresholds = builder.thresholds
    figures = list(zip(builder.names, builder.value, builder.stands_at_plie, strict=True))
    width = [thresholds.width(concept, value, alone) for (_, concept), value, alone in figures]
    is_small = [
        thresholds.is_small(concept, value, largest, n_plie, alone)
        for ((_, concept), value, alone), largest, n_plie in zip(figures, builder.largest, builder.n_plie, strict=True)
    ]
    is_whole = [
        kind(concept) == "count" or (kind(concept) == "staff" and float(value).is_integer() and "fte" not in concept)
        for (_, concept), value, _ in figures
    ]
    value = list(builder.value)
    for terms, equality in zip(builder.rows, builder.is_equality, strict=True):
        if not equality:
            slack = sum(coefficient * builder.value[index] for index, coefficient in terms)
            is_whole.append(all(is_whole[index] and float(coefficient).is_integer() for index, coefficient in terms))
            terms.append((len(value), -1.0))
            value.append(max(slack, 0.0))
    n_slacks = len(value) - len(figures)
    sizes = [len(terms) for terms in builder.rows]
    flat = [term for terms in builder.rows for term in terms]
    counted = {figure for numerator, _, missing in columns for figure in (numerator, missing)}
    for figure, small in enumerate(is_small):
        # A denominator that stands alone is withheld with its row, not for its own sake: nothing hangs on it.
        if not small and figure not in counted:
            width[figure] = 0.0
    scopes = [sum(_SCOPE_COST[scope] for scope in item.scopes) for item in items]
    return System(
        names=builder.names,
        value=np.array(value),
        width=np.array(width + [0.0] * n_slacks),
        is_whole=np.array(is_whole),
        is_small=np.array(is_small + [False] * n_slacks),
        is_published=np.array(builder.is_published + [False] * n_slacks),
        n_figures=len(figures),
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        unknowns=np.array([index for index, _ in flat], dtype=np.int64),
        coefficients=np.array([coefficient for _, coefficient in flat]),
        is_equality=np.array(builder.is_equality),
        items=items,
        numerator=np.array([column[0] for column in columns], dtype=np.int64),
        denominator=np.array([column[1] for column in columns], dtype=np.int64),
        missing=np.array([column[2] for column in columns], dtype=np.int64),
        cost=np.array(
            [
                cost * (_TOTAL_COST if item.category == "TOTAL" else 1.0)
                for cost, item in zip(scopes, items, strict=True)
            ]
        ),
    )
