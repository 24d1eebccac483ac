"""The relations that must hold between quantities: `relations.toml` read, and each sum written out term by term."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, Literal

from ingestion.contract.nomenclature import codes_of_group
from quality.reconciliation.catalogue import Cell, cells

BEFORE = "@before"
"""Suffix of a quantity of the year before."""


@dataclass(frozen=True)
class Sum:
    """One linear relation: the sum of the terms, each times its coefficient, is zero (`=`) or at most zero (`<=`)."""

    terms: tuple[tuple[str, int], ...]
    sign: Literal["=", "<="]
    text: str


@dataclass(frozen=True)
class Relation:
    """One check of the gate: what must hold, why, and what to look at when it does not."""

    relation_id: str
    label_fr: str
    advice_fr: str
    severity: Literal["blocking", "warning"]
    kind: str
    sums: tuple[Sum, ...] = ()
    options: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def holds_in_print(self) -> bool:
        """Whether published figures must keep it too: relations within one year, over the whole nation."""
        return not (self.options.get("edition_only") or self.options.get("plie_only"))


@dataclass(frozen=True)
class Assumption:
    """What one must suppose to compare figures that nothing else ties: bounds of a rate that nobody published.

    Attributes:
        above, below: the rate is the sum of `above` over `below`, in percent.
        near: indicator and category of the published share that the rate is near; None where `at_least` says it all.
        points: how far from that share at most, in points of a percentage.
        at_least: lowest rate, in percent, where no share is needed.
        rate_fr: the rate in words.
    """

    assumption_id: str
    above: tuple[str, ...]
    below: str
    near: tuple[str, str] | None
    points: Fraction
    at_least: Fraction
    label_fr: str
    rate_fr: str


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("relations.toml").read_text(encoding="utf-8"))


@cache
def restating_sections() -> frozenset[str]:
    """Sections of a report that say again what another section says first."""
    return frozenset(_file()["restating_sections"])


def _shown_by() -> dict[str, Cell]:
    """For each quantity counted in a numerator, a cell that shows it: it knows its category and code list."""
    return {cell.numerator: cell for cell in reversed(cells().values())}


def _expanded(term: str, text: str) -> list[str]:
    """The quantities that one term of a sum stands for.

    Raises:
        ValueError: the term stands for none.
    """
    if not (found := re.fullmatch(r"(.+)\.(\*|@(\w+))", term)):
        return [term]
    prefix, group = found[1] + ".", found[3]
    parts = [
        name
        for name, cell in _shown_by().items()
        if name.startswith(prefix)
        and "." not in name[len(prefix) :]
        and (group is None or (cell.code_list and cell.category in codes_of_group(cell.code_list, group)))
    ]
    if not parts:
        raise ValueError(f"relations.toml: `{term}` in `{text}` stands for no quantity")
    return sorted(parts)


def parse_sum(text: str) -> Sum:
    """One line of `holds`, without `{c}`.

    Raises:
        ValueError: it has no sign, or a term that stands for nothing.
    """
    if not (split := re.fullmatch(r"(.+?) (=|<=) (.+)", text)):
        raise ValueError(f"relations.toml: `{text}` has neither ` = ` nor ` <= `")
    terms: Counter[str] = Counter()
    for side, coefficient in ((split[1], 1), (split[3], -1)):
        for term in side.split(" + "):
            for name in _expanded(term.strip(), text):
                terms[name] += coefficient
    return Sum(tuple(sorted(terms.items())), "=" if split[2] == "=" else "<=", text)


def _for_each_category(text: str) -> list[str]:
    """A line with `{c}`, once for each category that its first such term has."""
    if not (found := re.search(r"(\S+)\.\{c\}", text)):
        return [text]
    prefix = found[1] + "."
    names = [name for name in _shown_by() if name.startswith(prefix) and "." not in name[len(prefix) :]]
    return [text.replace("{c}", name[len(prefix) :]) for name in sorted(names)]


def _parts() -> tuple[Sum, ...]:
    """What every share promises: its numerator is at most its denominator."""
    texts = sorted({f"{cell.numerator} <= {cell.denominator}" for cell in cells().values() if cell.is_part})
    return tuple(parse_sum(text) for text in texts)


@cache
def relations() -> tuple[Relation, ...]:
    """Every relation, in the order of `relations.toml`.

    Raises:
        ValueError: one of them cannot be read.
    """
    found = []
    for row in _file()["relation"]:
        options = {key: value for key, value in row.items() if key not in ("id", "label_fr", "advice_fr", "kind")}
        kind = row.get("kind", "sum")
        lines = [line for text in row.get("holds", ()) for line in _for_each_category(text)]
        sums = _parts() if kind == "parts" else tuple(parse_sum(line) for line in lines)
        severity = row.get("severity", _file()["severity"])
        found.append(Relation(row["id"], row["label_fr"], row["advice_fr"], severity, kind, sums, options))
    return tuple(found)


@cache
def assumptions() -> tuple[Assumption, ...]:
    """Every assumption of `relations.toml`."""
    found = []
    for row in _file()["assumption"]:
        above, below = row["rate"].split(" / ")
        near = row.get("near")
        found.append(
            Assumption(
                assumption_id=row["id"],
                above=tuple(above.split(" + ")),
                below=below,
                near=(near["indicator_id"], near["category"]) if near else None,
                points=Fraction(str(near["points"] if near else 0)),
                at_least=Fraction(str(row.get("at_least", 0))),
                label_fr=row["label_fr"],
                rate_fr=row["rate_fr"],
            )
        )
    return tuple(found)
