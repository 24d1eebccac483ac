"""The gate for one file, without a warehouse: what a sender, or a test, asks of a delivery before it is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.gate.descriptor import Descriptor
from ingestion.gate.finding import Finding, in_catalogue_order
from ingestion.gate.reading import Delivery, read_delivery
from ingestion.gate.row_checks import Member, check_rows
from ingestion.gate.row_results import RowOutcome, row_outcomes


@dataclass(frozen=True)
class Examination:
    """What would become of a delivery, as far as it can be told without knowing what is loaded.

    `status` is `accepted`, `accepted_with_rejects` or `refused`; `contract` is the version, when it is known.
    `received`, `rejected` and `warned` count rows by resource; `accepted` holds the typed rows that would be loaded,
    with `line`, and is empty when the delivery is refused.
    """

    file_name: str
    sha256: str
    size: int
    status: str
    contract: str | None
    descriptor: Descriptor | None
    findings: tuple[Finding, ...]
    received: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    warned: Mapping[str, int] = field(default_factory=dict)
    accepted: Mapping[str, pa.Table] = field(default_factory=dict)


def examine(
    path: Path,
    plie_id: str | None,
    *,
    now: datetime | None = None,
    file_name: str | None = None,
    register: Collection[str] | None = None,
) -> Examination:
    """Puts one file through the gate; nothing is written anywhere.

    Args:
        plie_id: the PLIE that sends, which is the name of its landing folder; None to believe the file.
        now: the clock for rule T06; the present when None.
        file_name: the name as the sender gave it, when `path` bears another.
        register: identifiers of known PLIE; the project's register when None.

    Raises:
        OSError: the file cannot be read.
    """
    clock = datetime.now(UTC) if now is None else now
    delivery = read_delivery(path, plie_id, clock, file_name=file_name, register=register)
    if delivery.findings:
        return _result(delivery, "refused", delivery.findings)
    contract, descriptor = delivery.sound()
    member = Member(0, descriptor.plie_id, descriptor.created_at.date(), descriptor.mode, delivery.tables)
    with duckdb.connect() as connection:
        check_rows(connection, contract, [member])
        outcome = row_outcomes(connection, contract, [member])[0]
        if outcome.is_refused:
            return _result(delivery, "refused", outcome.findings, outcome)
        accepted = {
            name: connection.execute(f"select * exclude (delivery_number) from accepted_{name}").to_arrow_table()
            for name in outcome.received
        }
    status = "accepted_with_rejects" if any(outcome.rejected.values()) else "accepted"
    return _result(delivery, status, outcome.findings, outcome, accepted)


def _result(
    delivery: Delivery,
    status: str,
    findings: tuple[Finding, ...],
    outcome: RowOutcome | None = None,
    accepted: Mapping[str, pa.Table] | None = None,
) -> Examination:
    return Examination(
        file_name=delivery.file_name,
        sha256=delivery.sha256,
        size=delivery.size,
        status=status,
        contract=delivery.contract.version if delivery.contract else None,
        descriptor=delivery.descriptor,
        findings=tuple(in_catalogue_order(findings, tuple(delivery.contract.resources) if delivery.contract else ())),
        received=outcome.received if outcome else {},
        rejected=outcome.rejected if outcome else {},
        warned=outcome.warned if outcome else {},
        accepted=accepted or {},
    )
