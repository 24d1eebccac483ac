"""Turns a judged case into its ledger entry: counts, findings, and where its file and acknowledgement will be."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from ingestion.gate.finding import in_catalogue_order
from ingestion.gate.row_results import RowOutcome
from ingestion.loading.applying import Changes
from ingestion.loading.case import Case, without_zone
from ingestion.loading.ledger import LedgerEntry, ResourceCounts
from ingestion.loading.names import acknowledgement_name, kept_name
from ingestion.loading.standing import Standing

_ARCHIVED = ("accepted", "accepted_with_rejects", "stale", "held")


def resource_counts(
    case: Case, outcome: RowOutcome, changes: Mapping[tuple[int, str], Changes]
) -> tuple[ResourceCounts, ...]:
    """Counts of each file that the delivery holds, and of each that it changes by what it takes away.

    Of a delivery that is not loaded, `changes` holds nothing and only received, rejected and warned rows are counted.
    """
    contract, descriptor = case.arrival.delivery.sound()
    counts = []
    for name in contract.allowed_resources(descriptor.mode):
        received, rejected = outcome.received.get(name, 0), outcome.rejected.get(name, 0)
        change = changes.get((case.number, name), Changes())
        if name in contract.delta_resources and case.status in ("accepted", "accepted_with_rejects"):
            change = Changes(loaded=received - rejected)
        if name in outcome.received or change != Changes():
            counts.append(
                ResourceCounts(
                    name,
                    received=received,
                    loaded=change.loaded,
                    rejected=rejected,
                    warned=outcome.warned.get(name, 0),
                    added=change.added,
                    changed=change.changed,
                    removed=change.removed,
                )
            )
    return tuple(counts)


def as_entries(cases: Sequence[Case], before: Standing) -> list[LedgerEntry]:
    """The ledger entries of a group; no two of them, nor any former one, share a name."""
    taken = set(before.taken)
    entries = []
    for case in cases:
        entry = _as_entry(case, taken)
        taken |= {
            f"outbox/{entry.plie_id}/{entry.acknowledged_as}",
            f"{entry.kept_in}/{entry.plie_id}/{entry.kept_as}",
        }
        entries.append(entry)
    return entries


@dataclass(frozen=True)
class _Folder:
    """The names that are taken in one folder of one PLIE, among all paths that are: years of nights make very many."""

    room: str
    plie_id: str
    taken: Container[str]

    def __contains__(self, name: object) -> bool:
        return f"{self.room}/{self.plie_id}/{name}" in self.taken


def _as_entry(case: Case, taken: Container[str]) -> LedgerEntry:
    arrival, delivery = case.arrival, case.arrival.delivery
    descriptor, contract = delivery.descriptor, delivery.contract
    # What is personal may stand in the free texts of the descriptor too.
    producer = descriptor if descriptor and not delivery.is_personal else None
    room = _room(case)

    return LedgerEntry(
        delivery_id=case.delivery_id,
        plie_id=arrival.plie_id,
        file_name=arrival.file_name,
        sha256=delivery.sha256,
        bytes=delivery.size,
        received_at=arrival.received_at,
        status=case.status,
        acknowledged_as=acknowledgement_name(
            arrival.file_name,
            case.delivery_id,
            is_duplicate=case.status == "duplicate",
            taken=_Folder("outbox", arrival.plie_id, taken),
        ),
        contract=contract.version if contract else None,
        mode=descriptor.mode if descriptor and contract and descriptor.mode in contract.modes else None,
        created_at=without_zone(descriptor.created) if descriptor and descriptor.created else None,
        coverage_from=descriptor.coverage_from if descriptor else None,
        coverage_to=descriptor.coverage_to if descriptor else None,
        producer_name=producer.producer_name if producer else None,
        producer_version=producer.producer_version if producer else None,
        kept_in=room,
        kept_as=(
            kept_name(arrival.file_name, case.delivery_id, _Folder(room, arrival.plie_id, taken)) if room else None
        ),
        resources=case.resources,
        findings=tuple(in_catalogue_order(case.findings, tuple(contract.resources) if contract else ())),
    )


def _room(case: Case) -> str | None:
    """Where the file goes: nowhere for a duplicate, and for what was refused without having been found clean."""
    if case.status in _ARCHIVED:
        return "archive"
    return "quarantine" if case.status == "refused" and case.arrival.delivery.may_be_kept else None
