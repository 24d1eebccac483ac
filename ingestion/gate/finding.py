"""What the gate found: a rule of the catalogue, where, how often, and the message that the sender reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingestion.rules import rules

SHOWN_LINES = 20
"""How many lines a finding names (transfer contract §4)."""

_HARMLESS_NAME = re.compile(r"[A-Za-z_][A-Za-z_.-]{0,39}")


@dataclass(frozen=True)
class Finding:
    """One rule broken in one place; `count` is how many times, `lines` the first of them (1 = header)."""

    rule: str
    severity: str
    resource: str | None
    field: str | None
    count: int
    lines: tuple[int, ...]
    message: str


def found(
    code: str,
    *,
    resource: str | None = None,
    field: str | None = None,
    lines: Sequence[int] = (),
    count: int | None = None,
    **details: object,
) -> Finding:
    """A finding of the rule `code`, its French message filled with `details` and with resource, field and first line.

    Never pass a value of a delivery as a detail unless `quotable` let it through.

    Raises:
        KeyError: the message asks for a detail that was not given.
    """
    rule = rules()[code]
    shown = tuple(dict.fromkeys(lines))[:SHOWN_LINES]
    where = {"resource": resource or "–", "field": field or "–", "line": shown[0] if shown else "–"}
    return Finding(
        rule=code,
        severity=rule.severity,
        resource=resource or rule.resource,
        field=field or rule.field,
        count=max(len(lines), 1) if count is None else count,
        lines=shown,
        message=rule.message_fr.format(**{**where, **details}),
    )


def in_catalogue_order(findings: Iterable[Finding], resources: Sequence[str]) -> list[Finding]:
    """Findings in the order in which a sender reads them: by rule, then by resource as the contract lists them."""
    place = {name: rank for rank, name in enumerate(resources)}
    return sorted(
        findings,
        key=lambda finding: (
            rules()[finding.rule].rank,
            place.get(finding.resource or "", len(place)),
            finding.resource or "",
            finding.field or "",
            finding.lines,
        ),
    )


def quotable(name: str) -> str | None:
    """`name` when a message may repeat it: short, and without a digit or a character that a person's data would need.

    Headers and file names come from the sender, and a file without a header shows its first row in their place.
    """
    return name if _HARMLESS_NAME.fullmatch(name) else None
