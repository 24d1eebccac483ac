"""Whether an acknowledgement is what the transfer contract §4 says: members, types, and what they say of each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ingestion.rules import rules

STATUSES = {"accepted", "accepted_with_rejects", "refused", "held", "duplicate", "stale"}
MEMBERS: dict[str, Any] = {
    "delivery": str, "sha256": str, "plie_id": str, "status": str, "received_at": str, "contract": str | None,
    "resources": list, "findings": list,
}  # fmt: skip
COUNTS = ("received", "loaded", "rejected", "warned", "added", "changed", "removed")
FINDING: dict[str, Any] = {
    "rule": str, "severity": str, "resource": str | None, "field": str | None, "count": int, "lines": list,
    "message": str,
}  # fmt: skip
SHOWN_LINES = 20
PLACEHOLDER = re.compile(r"\{(resource|field|line|detail|expected|found)\}")
"""What a message of the catalogue asks for; mutants hold no such text."""


def faults(content: bytes) -> list[str]:
    """What is wrong with the bytes of an acknowledgement; empty when nothing is."""
    try:
        acknowledgement = json.loads(content.decode("utf-8"), parse_constant=lambda name: 1 / 0)
    except (ValueError, ZeroDivisionError):
        return ["the acknowledgement is no JSON"]
    if wrong := list(_mistyped(acknowledgement, MEMBERS)):
        return wrong
    return [*_wrong_statements(acknowledgement), *_wrong_counts(acknowledgement), *_wrong_findings(acknowledgement)]


def _mistyped(members: Any, types: dict[str, Any]) -> Iterator[str]:
    if not isinstance(members, dict) or list(members) != list(types):
        yield f"members {members and list(members)} instead of {list(types)}"
        return
    for name, type_ in types.items():
        if not isinstance(members[name], type_) or isinstance(members[name], bool):
            yield f"{name} is a {type(members[name]).__name__}"


def _wrong_statements(acknowledgement: dict[str, Any]) -> Iterator[str]:
    if acknowledgement["status"] not in STATUSES:
        yield f"status {acknowledgement['status']}"
    if not re.fullmatch(r"[0-9a-f]{64}", acknowledgement["sha256"]):
        yield "sha256 is none"
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", acknowledgement["received_at"]):
        yield "received_at is no UTC time"
    severities = {finding["severity"] for finding in acknowledgement["findings"]}
    allowed = {
        "accepted": {"warn"}, "accepted_with_rejects": {"reject", "warn"}, "held": {"hold", "reject", "warn"},
        "refused": {"refuse", "reject", "warn"}, "duplicate": set(), "stale": set(),
    }  # fmt: skip
    needed = {"accepted_with_rejects": "reject", "held": "hold", "refused": "refuse"}.get(acknowledgement["status"])
    may_have = allowed.get(acknowledgement["status"], set())
    if not severities <= may_have or (needed is not None and needed not in severities):
        yield f"{acknowledgement['status']} with findings of severity {sorted(severities)}"


def _wrong_counts(acknowledgement: dict[str, Any]) -> Iterator[str]:
    status, rejected = acknowledgement["status"], 0
    for counts in acknowledgement["resources"]:
        if list(counts) != ["name", *COUNTS] or not isinstance(counts["name"], str):
            yield f"counts {list(counts)}"
            continue
        if any(type(counts[name]) is not int or counts[name] < 0 for name in COUNTS):
            yield f"{counts['name']}: a count is no natural number"
        is_loaded = status.startswith("accepted")
        if counts["loaded"] != (counts["received"] - counts["rejected"] if is_loaded else 0):
            yield f"{counts['name']}: {counts['loaded']} loaded of {counts['received']}, {counts['rejected']} rejected"
        if counts["added"] + counts["changed"] > counts["loaded"] and is_loaded:
            yield f"{counts['name']}: more added and changed than loaded"
        rejected += counts["rejected"]
    if status in ("accepted", "accepted_with_rejects") and (rejected > 0) != (status == "accepted_with_rejects"):
        yield f"{status} with {rejected} rows rejected"


def _wrong_findings(acknowledgement: dict[str, Any]) -> Iterator[str]:
    for finding in acknowledgement["findings"]:
        if wrong := list(_mistyped(finding, FINDING)):
            yield from wrong
            continue
        rule = rules().get(finding["rule"])
        if rule is None or rule.severity != finding["severity"]:
            yield f"{finding['rule']} of severity {finding['severity']}"
        lines = finding["lines"]
        if any(type(line) is not int or line < 1 for line in lines) or lines != sorted(set(lines)):
            yield f"{finding['rule']}: lines {lines}"
        if len(lines) > min(SHOWN_LINES, finding["count"]) or finding["count"] < 1:
            yield f"{finding['rule']}: {len(lines)} lines shown, {finding['count']} counted"
        if not finding["message"] or not finding["message"].isprintable() or PLACEHOLDER.search(finding["message"]):
            yield f"{finding['rule']}: message {finding['message']!r}"
