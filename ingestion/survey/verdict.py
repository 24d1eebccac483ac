"""What becomes of a workbook, from what is wrong with it: its status, and the counts of its sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingestion.gate.finding import Finding
from ingestion.loading.ledger import ResourceCounts
from ingestion.survey.answers import Answers, SheetCounts
from ingestion.survey.applying import Change
from ingestion.survey.form import survey_form


def status_of(findings: Sequence[Finding]) -> str:
    """`refused`, `accepted_with_rejects` or `accepted`."""
    severities = {finding.severity for finding in findings}
    return "refused" if "refuse" in severities else "accepted_with_rejects" if "reject" in severities else "accepted"


def sheet_counts(
    answers: Answers, changes: Mapping[str, Change], findings: Sequence[Finding], *, is_loaded: bool
) -> tuple[ResourceCounts, ...]:
    """Lines of each sheet, and the choices that they add, change or take away."""
    warned = {finding.resource: finding.count for finding in findings if finding.severity == "warn"}
    made = []
    for sheet in survey_form().sheets:
        count, change = answers.counts.get(sheet.name, SheetCounts()), changes.get(sheet.name, Change())
        if sheet.name in answers.counts or change != Change():
            made.append(
                ResourceCounts(
                    sheet.name,
                    received=count.received,
                    loaded=count.received - count.rejected if is_loaded else 0,
                    rejected=count.rejected,
                    warned=warned.get(sheet.name, 0),
                    added=change.added,
                    changed=change.changed,
                    removed=change.removed,
                )
            )
    return tuple(made)
