"""One delivery on its way into the warehouse: as it arrived, and what is known of it while it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ingestion.gate.finding import Finding
from ingestion.gate.reading import Delivery
from ingestion.gate.row_checks import Member
from ingestion.loading.ledger import ResourceCounts


@dataclass(frozen=True)
class Arrival:
    """A delivery that was read. `received_at` is UTC without zone, in whole seconds."""

    plie_id: str
    delivery: Delivery
    received_at: datetime

    @property
    def file_name(self) -> str:
        return self.delivery.file_name


@dataclass
class Case:
    """An arrival, its number in its group, and its verdict so far: `accepted` until something says otherwise."""

    arrival: Arrival
    number: int
    delivery_id: str
    status: str
    findings: tuple[Finding, ...] = ()
    resources: tuple[ResourceCounts, ...] = ()

    def as_member(self) -> Member:
        """The case as the row checks take it; only of a delivery that no rule has refused."""
        _, descriptor = self.arrival.delivery.sound()
        return Member(
            number=self.number,
            plie_id=descriptor.plie_id,
            created_on=descriptor.created_at.date(),
            mode=descriptor.mode,
            tables=self.arrival.delivery.tables,
            delivery_id=self.delivery_id,
        )


def without_zone(moment: datetime) -> datetime:
    """The same moment as the warehouse keeps it: UTC, without zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)
