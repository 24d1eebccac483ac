"""What a workbook says once it is read: figures by section, fiches, and what became of each section and sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ingestion.gate.finding import Finding

ANSWERED, REFUSED, EMPTY = "answered", "refused", "not_answered"
"""What becomes of a section. A section is answered when it holds at least one figure, zero included."""


@dataclass(frozen=True)
class Answer:
    """One figure of one line: euros, people or full-time equivalents, as `column` says."""

    section: str
    code: str
    column: str
    value: Decimal
    line: int


@dataclass(frozen=True)
class Fiche:
    """One fiche action: its theme, its texts by column (null where nothing was written), its participants."""

    theme: str
    texts: Mapping[str, str | None] = field(repr=False)
    participants: int | None
    line: int


@dataclass(frozen=True)
class SheetCounts:
    """Lines of one sheet that say something: those that came, and those that were left out for an error."""

    received: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class Answers:
    """The whole of a workbook; a sheet that was not found has no counts."""

    figures: tuple[Answer, ...] = ()
    fiches: tuple[Fiche, ...] = ()
    sections: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, SheetCounts] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing was written in it at all, rightly or wrongly."""
        return not any(count.received for count in self.counts.values())
