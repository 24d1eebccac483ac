"""What stands behind one figure, as `consolidation.editions.tracing` finds it."""

from __future__ import annotations

from dataclasses import dataclass

from consolidation.editions.evidence import Cell, Evidence


class NoSuchFigure(LookupError):
    """There is no such figure; the message says what there is."""


@dataclass(frozen=True)
class Definition:
    """What the catalogue says of an indicator and category."""

    section: str
    label_fr: str
    category_label_fr: str
    unit: str
    decimals: int
    numerator: str
    denominator: str | None
    base: str


@dataclass(frozen=True)
class Counted:
    """A numerator, its denominator (None for a count) and the value made of them (None over nothing)."""

    numerator: float
    denominator: float | None
    value: float | None
    n_missing: int | None
    n_plie: int


@dataclass(frozen=True)
class PlieShare:
    """What one PLIE puts into the figure."""

    plie_id: str
    name: str | None
    numerator: float
    denominator: float | None


@dataclass(frozen=True)
class DeliveryTraced:
    """One file on which the figure rests; for a workbook of an edition, sha256 is that of the archived copy."""

    plie_id: str
    file_name: str
    mode: str
    sha256: str
    delivery_id: str


@dataclass(frozen=True)
class Model:
    """One dbt model on the way to the figure."""

    name: str
    path: str
    sql: str


@dataclass(frozen=True)
class Trace:
    """Everything that stands behind one figure.

    Attributes:
        edition_id: the edition it was taken from; None for the marts as they are now.
        recomputed: numerator and denominator counted anew from the rows of the facts as they are now.
    """

    cell: Cell
    edition_id: str | None
    definition: Definition
    counted: Counted
    plie: tuple[PlieShare, ...]
    evidence: Evidence
    recomputed: tuple[float, float | None]
    models: tuple[Model, ...]
    deliveries: tuple[DeliveryTraced, ...]

    @property
    def rows_agree(self) -> bool:
        """Whether the rows of now give the figure; an edition's may have been corrected since."""
        numerator, denominator = self.recomputed
        of = self.counted
        return _same(numerator, of.numerator) and (
            of.denominator is None or (denominator is not None and _same(denominator, of.denominator))
        )


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(1.0, abs(one), abs(other))
