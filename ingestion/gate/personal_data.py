"""What the privacy scan of every entry comes to, as findings (P01 to P06). No value that was found is repeated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingestion.gate.descriptor import Descriptor
from ingestion.gate.finding import Finding, found
from ingestion.gate.privacy import PrivacyHit, PrivacyHits, scan

AROUND = "archive"
"""Under this name the bytes of the zip that belong to no entry are searched."""


@dataclass(frozen=True)
class PrivacyReport:
    """Findings, and whether every entry was text that could be searched."""

    findings: tuple[Finding, ...]
    is_complete: bool


def search_entries(entries: Mapping[str, bytes], descriptor: Descriptor | None) -> PrivacyReport:
    """Searches the text of every entry, well formed or not, and its name."""
    declared = {resource.path: resource for resource in descriptor.resources} if descriptor else {}
    findings: list[Finding] = []
    is_complete = True
    for name, content in entries.items():
        resource = declared.get(name)
        hits = scan(
            name,
            content,
            resource.encoding if resource else None,
            resource=resource.name if resource and name == f"{resource.name}.csv" else None,
        )
        findings += _as_findings(hits)
        is_complete = is_complete and not hits.is_opaque
    return PrivacyReport(tuple(findings), is_complete)


def _as_findings(hits: PrivacyHits) -> Iterator[Finding]:
    """One finding for each rule and column; hits that were counted but not described go to the first column."""
    by_rule: dict[str, dict[str | None, list[PrivacyHit]]] = defaultdict(lambda: defaultdict(list))
    for hit in hits:
        by_rule[hit.rule][hit.field].append(hit)
    for rule, columns in by_rule.items():
        undescribed = hits.counts[rule] - sum(map(len, columns.values()))
        for field, places in columns.items():
            resource = places[0].resource
            yield found(
                rule,
                resource=resource,
                field=field,
                lines=[hit.line for hit in places if hit.line is not None],
                count=len(places) + undescribed,
                detail=f"{field} ({resource})",
            )
            undescribed = 0
