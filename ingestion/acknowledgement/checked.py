"""The acknowledgement that a file would get, for a sender who checks it before sending."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ingestion.contract import registered_plie_ids
from ingestion.gate import Examination, examine
from ingestion.gate.finding import in_catalogue_order
from ingestion.loading.acknowledgement import as_json
from ingestion.loading.ledger import LedgerEntry, ResourceCounts
from ingestion.survey.form import survey_form
from ingestion.survey.landing import read_bytes
from ingestion.survey.names import belongs_to_survey
from ingestion.survey.reading import read_workbook
from ingestion.survey.verdict import sheet_counts, status_of

UNKNOWN_PLIE = "inconnu"


def check_file(path: Path, file_name: str, plie_id: str | None, checked_at: datetime) -> bytes:
    """The contract's JSON for a delivery or a workbook that is only examined: nothing is loaded, nothing is kept.

    Args:
        file_name: the name under which it would be sent.
        plie_id: the PLIE that the sender says it is; None to believe the file's name, which a workbook's does not tell.
        checked_at: when, with its zone; it stands where the hour of reception would.

    Raises:
        OSError: the file cannot be read, or is no regular file.
    """
    if belongs_to_survey(file_name):
        return _checked_workbook(path, file_name, plie_id, checked_at)
    return checked_acknowledgement(examine(path, plie_id, file_name=file_name), plie_id, checked_at)


def checked_acknowledgement(examination: Examination, plie_id: str | None, checked_at: datetime) -> bytes:
    """What a delivery that was examined would get as the first one of its PLIE; arguments as of `check_file`."""
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


def _checked_workbook(path: Path, file_name: str, plie_id: str | None, checked_at: datetime) -> bytes:
    form = survey_form()
    moment = checked_at.astimezone(UTC)
    read = read_bytes(path, form.limits.zip_bytes)
    answers = read_workbook(read.content, file_name, plie_id, moment.date())
    status = status_of(answers.findings)
    entry = LedgerEntry(
        delivery_id=file_name,
        plie_id=plie_id or UNKNOWN_PLIE,
        file_name=file_name,
        sha256=read.sha256,
        bytes=read.size,
        received_at=moment.replace(tzinfo=None),
        status=status,
        acknowledged_as="",
        contract=form.contract,
        resources=sheet_counts(answers, {}, answers.findings, is_loaded=status != "refused"),
        findings=tuple(in_catalogue_order(answers.findings, [sheet.name for sheet in form.sheets])),
    )
    return as_json(entry)


def _named_plie(file_name: str) -> str:
    """The PLIE that the file's name begins with; nothing else of the name is believed."""
    name = file_name.partition("_")[0]
    return name if name in registered_plie_ids() else UNKNOWN_PLIE
