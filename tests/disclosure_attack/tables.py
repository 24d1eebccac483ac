"""The published figures as linear equations over the counts of each PLIE, which is all that an attacker can know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from tests.disclosure_attack.definitions import ACROSS_YEARS, counts_in, equations, is_whole, terms
from tests.disclosure_attack.published import Map, Row, read_codes

Cell = tuple[str, str, int, str, str]
"""A count in print: edition, name, year, scope, scope_id."""
Count = tuple[str, int, str, str]
"""A count of one PLIE: name, year, plie_id, and the edition from which on it is what it is."""


@dataclass
class Equations:
    """`sum(coefficient * count) = right` for each equation; counts are numbered, whole where they must be.

    `hidden`: the cells that are not in print, by the counts whose sum each is; several are one where a place is a PLIE.
    """

    counts: dict[Count, int] = field(default_factory=dict)
    whole: list[bool] = field(default_factory=list)
    left: list[dict[int, float]] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    hidden: dict[tuple[int, ...], list[Cell]] = field(default_factory=dict)

    def count(self, key: Count) -> int:
        if key not in self.counts:
            self.counts[key] = len(self.counts)
            self.whole.append(is_whole(key[0]))
        return self.counts[key]

    def add(self, left: dict[int, float], right: float) -> None:
        self.left.append(left)
        self.right.append(right)


def _printed(rows: Iterable[Row]) -> tuple[dict[Cell, float], set[Cell]]:
    """The counts in print, and those that stand in a row but are printed in none."""
    shown: dict[Cell, float] = {}
    named: set[Cell] = set()
    for row in rows:
        places = counts_in(row.indicator_id, row.category)
        if places is None:
            continue
        for name, figure in (
            (places.numerator, row.numerator),
            (places.denominator, row.denominator),
            (places.missing, row.n_missing),
        ):
            if name is None:
                continue
            cell = (row.edition_id, name, row.year, row.scope, row.scope_id)
            if figure is None:
                named.add(cell)
            else:
                shown[cell] = figure
    return shown, named - set(shown)


def write_down(rows: Collection[Row], where: Map, changed: Collection[tuple[str, int, str]] = frozenset()) -> Equations:
    """All that the published rows say.

    Args:
        changed: (edition, year, plie_id) whose counts are not those of the edition before. The attacker is told: it
            makes the attack stronger, since everything else is then the same in all editions.
    """
    shown, hidden = _printed(rows)
    plie_ids: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for edition, name, year, scope, scope_id in (*shown, *hidden):
        if scope == "plie":
            plie_ids[edition, name, year].add(scope_id)
    inside: dict[Cell, list[str]] = defaultdict(list)
    for base, ids in plie_ids.items():
        for plie_id in sorted(ids):
            for place in where.places(plie_id):
                inside[(*base, *place)].append(plie_id)
    editions = sorted({row.edition_id for row in rows}, key=lambda text: tuple(map(int, text.split("."))))
    since = _versions(editions, {(year, plie) for (_, _, year), ids in plie_ids.items() for plie in ids}, changed)
    system = Equations()

    def in_print(cell: Cell) -> dict[int, float]:
        edition, name, year, _, _ = cell
        return {system.count((name, year, plie_id, since[edition, year, plie_id])): 1.0 for plie_id in inside[cell]}

    told: set[tuple[tuple[int, ...], float]] = set()
    for cell, figure in sorted(shown.items()):
        left = in_print(cell)
        key = (tuple(left), figure)
        if key not in told and not _says_nothing_new(cell, shown, where, inside[cell]):
            told.add(key)
            system.add(left, figure)
    for cell in sorted(hidden):
        system.hidden.setdefault(tuple(in_print(cell)), []).append(cell)
    _add_definitions(system, plie_ids, since)
    return system


def _versions(
    editions: list[str], plie_years: set[tuple[int, str]], changed: Collection[tuple[str, int, str]]
) -> dict[tuple[str, int, str], str]:
    since: dict[tuple[str, int, str], str] = {}
    for year, plie_id in plie_years:
        current = editions[0]
        for edition in editions:
            if (edition, year, plie_id) in changed:
                current = edition
            since[edition, year, plie_id] = current
    return since


def _says_nothing_new(cell: Cell, shown: dict[Cell, float], where: Map, inside: list[str]) -> bool:
    """Whether a total is the sum of totals that are all in print themselves."""
    edition, name, year, scope, _ = cell
    if scope == "plie":
        return False
    parts: set[Cell] = set()
    for plie_id in inside:
        region, department = where.region[plie_id], where.department[plie_id]
        if scope == "national" and region:
            parts.add((edition, name, year, "region", region))
        elif scope in ("national", "region") and department:
            parts.add((edition, name, year, "departement", department))
        else:
            parts.add((edition, name, year, "plie", plie_id))
    return all(part in shown for part in parts)


def _add_definitions(
    system: Equations,
    plie_ids: dict[tuple[str, str, int], set[str]],
    since: dict[tuple[str, int, str], str],
) -> None:
    of_plie: dict[tuple[int, str, str], set[str]] = defaultdict(set)
    before: dict[tuple[int, str, str], str] = {}
    for (edition, name, year), ids in plie_ids.items():
        for plie_id in ids:
            of_plie[year, plie_id, since[edition, year, plie_id]].add(name)
            if (edition, year - 1, plie_id) in since:
                before[year, plie_id, since[edition, year, plie_id]] = since[edition, year - 1, plie_id]
    written = [terms(line) for line in equations(read_codes())]
    across = [terms(line) for line in ACROSS_YEARS]
    for (year, plie_id, version), names in sorted(of_plie.items()):
        for equation in written:
            if all(name in names or name.startswith("(") for name, _ in equation):
                system.add({system.count((name, year, plie_id, version)): sign for name, sign in equation}, 0.0)
    for (year, plie_id, version), earlier in sorted(before.items()):
        if "OPEN" not in of_plie[year, plie_id, version] or "OPEN" not in of_plie[year - 1, plie_id, earlier]:
            continue
        for equation in across:
            left: dict[int, float] = {}
            for name, sign in equation:
                key = (name, year, plie_id, version)
                if name.startswith("BEFORE "):
                    key = (name.removeprefix("BEFORE "), year - 1, plie_id, earlier)
                elif name.startswith("("):
                    key = (f"{name} since {earlier}", year, plie_id, version)
                left[system.count(key)] = sign
            system.add(left, 0.0)
