"""The conditions that decide whether a row is wrong, as SQL: from the table schemas and from a version's own rules.

The schemas give R01 to R05; `row_rules.toml` in the folder of a contract version gives what they cannot say.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingestion.contract import Contract, Field, Resource, code_lists, codes_of_group
from ingestion.rules import rules

_SHAPES = {
    "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "integer": "-?[0-9]+",
    "number": "-?[0-9]+(,[0-9]+)?",
}
"""How a value of each type is written (transfer contract §1): nothing looser is read."""

EXPECTED = {"date": "une date AAAA-MM-JJ", "integer": "un nombre entier", "number": "un nombre (virgule décimale)"}
"""What rule R02 tells a sender to write."""


_GROUP_OF_CODES = re.compile(r"\{(?P<list>[A-Z_]+)\.(?P<group>[A-Z_]+)\}")


@dataclass(frozen=True)
class Condition:
    """A row that meets `fails_when` breaks `rule` in `field`. `parent` is the referenced resource that it looks at.

    Of a rule that takes more than one row to see, `fails_for` is the query that gives the rows that break it.
    """

    rule: str
    resource: str
    field: str
    fails_when: str = ""
    parent: str | None = None
    fails_for: str = ""

    @property
    def only_warns(self) -> bool:
        return rules()[self.rule].severity == "warn"


def quoted(text: str) -> str:
    """`text` as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def cell_conditions(resource: Resource) -> Iterator[Condition]:
    """R01 to R05 for each field of a resource, over `read.<field>`, its text, and `typed_cell(field)`, its value."""
    for field in resource.fields:
        for rule, fails_when in _field_conditions(field, f"read.{field.name}", typed_cell(field)):
            yield Condition(rule, resource.name, field.name, fails_when)


def typed_cell(field: Field) -> str:
    """SQL name of a field's value in the relation `read`, beside its text."""
    return f"read.{field.name}" if field.type == "string" else f"read.typed_{field.name}"


def read_relation(resource: Resource, received: str) -> str:
    """SQL for the relation `read`: the received text with a value `typed_<field>` for each field that is not text."""
    values = "".join(
        f", {_typed(field, field.name)} as typed_{field.name}" for field in resource.fields if field.type != "string"
    )
    return f"(select *{values} from {received}) as read"


def _typed(field: Field, cell: str) -> str:
    """SQL for the value of a cell that is not text; null where it is not written as its type asks."""
    text = f"replace({cell}, ',', '.')" if field.type == "number" else cell
    return f"case when {_is_shaped(field, cell)} then try_cast({text} as {field.sql_type}) end"


def _field_conditions(field: Field, cell: str, value: str) -> Iterator[tuple[str, str]]:
    if field.required:
        yield "R01", f"{cell} is null"
    if field.type == "date":
        yield "R02", f"{cell} is not null and {value} is null"
    elif field.type != "string":
        yield "R02", f"not {_is_shaped(field, cell)}"
    if field.pattern is not None:
        yield "R03", f"not regexp_full_match({cell}, {quoted(field.pattern)})"
    out_of_bounds = " or ".join(_bounds(field, value))
    if field.type in ("integer", "number"):
        # Digits that do not fit the type of the column are a number all the same, only a far too large one.
        fits = f"{value} is not null" if field.type == "integer" else f"coalesce(isfinite({value}), false)"
        yield "R04", f"{_is_shaped(field, cell)} and not ({fits} and not ({out_of_bounds or 'false'}))"
    elif out_of_bounds:
        yield "R04", out_of_bounds
    codes = field.enum or (tuple(code_lists()[field.code_list]) if field.code_list else ())
    if codes:
        yield "R05", f"{cell} not in ({_listed(codes)})"


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(map(quoted, codes))


def _is_shaped(field: Field, cell: str) -> str:
    shaped = f"regexp_full_match({cell}, {quoted(_SHAPES[field.type])})"
    # There is no year 0, whatever DuckDB makes of it.
    return f"({shaped} and {cell} >= '0001')" if field.type == "date" else shaped


def _bounds(field: Field, value: str) -> Iterator[str]:
    for bound, operator in ((field.minimum, "<"), (field.maximum, ">")):
        if bound is not None:
            yield f"{value} {operator} {f'date {quoted(bound)}' if field.type == 'date' else bound}"


@cache
def _stated_rules(folder: Path) -> tuple[Condition, ...]:
    text = (folder / "row_rules.toml").read_text(encoding="utf-8")
    filled = _GROUP_OF_CODES.sub(lambda named: _listed(codes_of_group(named["list"], named["group"])), text)
    return tuple(
        Condition(
            rule["code"],
            rule["resource"],
            rule["field"],
            rule.get("fails_when", "").strip(),
            rule.get("parent"),
            rule.get("fails_for", "").strip(),
        )
        for rule in tomllib.loads(filled)["rule"]
    )


def stated_conditions(contract: Contract, resource: Resource, *, only_warns: bool) -> tuple[Condition, ...]:
    """What the version of the contract says of a row beyond its schema: what rejects it, or what only warns."""
    stated = _stated_rules(resource.schema_path.parent)
    return tuple(rule for rule in stated if rule.resource == resource.name and rule.only_warns == only_warns)


def any_of(conditions: Iterable[Condition]) -> str:
    """SQL that is true when any condition fails, else false."""
    return f"coalesce({' or '.join(f'({condition.fails_when})' for condition in conditions) or 'false'}, false)"


def each_of(conditions: Iterable[Condition]) -> str:
    """SQL that makes one row per condition: a struct of `rule`, `field` and whether it `fails`."""
    tried = ", ".join(
        f"{{'rule': {quoted(condition.rule)}, 'field': {quoted(condition.field)}, 'fails': ({condition.fails_when})}}"
        for condition in conditions
    )
    return f"unnest([{tried}])"
