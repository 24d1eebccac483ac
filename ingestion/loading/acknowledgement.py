"""What a PLIE gets back for a delivery (transfer contract §4), made from its ledger entry and from nothing else."""

from __future__ import annotations

import json

from ingestion.loading.ledger import LedgerEntry


def as_json(entry: LedgerEntry) -> bytes:
    """The acknowledgement as the contract words it, in UTF-8; the same entry always gives the same bytes."""
    acknowledgement = {
        "delivery": entry.file_name,
        "sha256": entry.sha256,
        "plie_id": entry.plie_id,
        "status": entry.status,
        "received_at": f"{entry.received_at:%Y-%m-%dT%H:%M:%SZ}",
        "contract": entry.contract,
        "resources": [
            {
                "name": count.name,
                "received": count.received,
                "loaded": count.loaded,
                "rejected": count.rejected,
                "warned": count.warned,
                "added": count.added,
                "changed": count.changed,
                "removed": count.removed,
            }
            for count in entry.resources
        ],
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "resource": finding.resource,
                "field": finding.field,
                "count": finding.count,
                "lines": list(finding.lines),
                "message": finding.message,
            }
            for finding in entry.findings
        ],
    }
    return (json.dumps(acknowledgement, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
