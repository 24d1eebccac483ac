"""What can be said of deliveries before their rows are looked at: refused, duplicate, stale, or to be checked."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.gate.finding import Finding, found
from ingestion.gate.reading import Delivery
from ingestion.loading.case import Arrival, Case, without_zone
from ingestion.loading.names import delivery_id
from ingestion.loading.standing import Standing


def first_verdicts(arrivals: Sequence[Arrival], before: Standing) -> list[Case]:
    """A case for each arrival, with its id in the ledger and its status: `accepted` means that its rows come next."""
    taken = set(before.taken)
    cases = []
    for number, arrival in enumerate(arrivals):
        delivery = arrival.delivery
        findings = (*delivery.findings, *_without_base(delivery, arrival.plie_id, before))
        status = _status(delivery, arrival.plie_id, findings, before)
        identifier = delivery_id(arrival.file_name, delivery.sha256, is_duplicate=status == "duplicate", taken=taken)
        taken.add(identifier)
        cases.append(Case(arrival, number, identifier, status, findings if status == "refused" else ()))
    return cases


def _without_base(delivery: Delivery, plie_id: str, before: Standing) -> list[Finding]:
    """T13: a delta needs something of this PLIE to apply to."""
    is_delta = delivery.descriptor is not None and delivery.descriptor.mode == "delta"
    return [found("T13")] if is_delta and plie_id not in before.loaded else []


def _status(delivery: Delivery, plie_id: str, findings: Sequence[Finding], before: Standing) -> str:
    same = (plie_id, delivery.sha256)
    # Refused for a reason that has gone since (T13, the clock), the same bytes are taken in after all.
    if same in before.settled or (findings and same in before.received):
        return "duplicate"
    if findings:
        return "refused"
    loaded = before.loaded.get(plie_id)
    _, descriptor = delivery.sound()
    is_newer = loaded is None or without_zone(descriptor.created_at) > loaded.created_at
    return "accepted" if is_newer else "stale"
