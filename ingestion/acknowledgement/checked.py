"""The acknowledgement that a file would get, for a sender who checks it before sending."""

from __future__ import annotations

from datetime import UTC, datetime

from ingestion.contract import registered_plie_ids
from ingestion.gate import Examination
from ingestion.loading.acknowledgement import as_json
from ingestion.loading.ledger import LedgerEntry, ResourceCounts

UNKNOWN_PLIE = "inconnu"


def checked_acknowledgement(examination: Examination, plie_id: str | None, checked_at: datetime) -> bytes:
    """The contract's JSON for a file that was only examined: what it would get as the first delivery of its PLIE.

    Args:
        plie_id: the PLIE that the sender says it is; None to believe the file's name.
        checked_at: when, with its zone; it stands where the hour of reception would.
    """
    is_refused = examination.status == "refused"
    counts = []
    for name, received in examination.received.items():
        loaded = 0 if is_refused else received - examination.rejected[name]
        counts.append(
            ResourceCounts(
                name=name,
                received=received,
                loaded=loaded,
                rejected=examination.rejected[name],
                warned=examination.warned.get(name, 0),
                added=loaded,
            )
        )
    entry = LedgerEntry(
        delivery_id=examination.file_name,
        plie_id=plie_id or _named_plie(examination.file_name),
        file_name=examination.file_name,
        sha256=examination.sha256,
        bytes=examination.size,
        received_at=checked_at.astimezone(UTC).replace(tzinfo=None),
        status=examination.status,
        acknowledged_as="",
        contract=examination.contract,
        resources=tuple(counts),
        findings=examination.findings,
    )
    return as_json(entry)


def _named_plie(file_name: str) -> str:
    """The PLIE that the file's name begins with; nothing else of the name is believed."""
    name = file_name.partition("_")[0]
    return name if name in registered_plie_ids() else UNKNOWN_PLIE
