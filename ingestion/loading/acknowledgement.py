"""What a PLIE gets back for a delivery (transfer contract §4), made from its ledger entry and from nothing else.

The same entry always gives the same bytes, so that an acknowledgement can be written again after a crash.
"""

from __future__ import annotations

import json
from typing import Any

from ingestion.acknowledgement.page import render_page
from ingestion.loading.ledger import LedgerEntry


def acknowledgement_files(entry: LedgerEntry) -> dict[str, bytes]:
    """The acknowledgement for programs and the same for people, by the names that they get in the outbox."""
    page_name = entry.acknowledged_as.removesuffix(".json") + ".html"
    return {entry.acknowledged_as: as_json(entry), page_name: render_page(_members(entry)).encode("utf-8")}


def as_json(entry: LedgerEntry) -> bytes:
    """The acknowledgement as the contract words it, in UTF-8."""
    return (json.dumps(_members(entry), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _members(entry: LedgerEntry) -> dict[str, Any]:
    return {
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
