"""Reads one delivery as far as it can be read by itself: transfer rules first, then the privacy scan.

Nothing here looks at the warehouse or at another delivery, so that many can be read at once.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingestion.contract import Contract, registered_plie_ids
from ingestion.gate.archive import envelope_limits, open_archive
from ingestion.gate.descriptor import FILE_NAME, Descriptor, read_descriptor
from ingestion.gate.finding import Finding, found
from ingestion.gate.identity import check_identity, check_statements
from ingestion.gate.personal_data import AROUND, search_entries
from ingestion.gate.resources import check_files, read_resource

_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class FileMark:
    """What tells whether a file is still the one that was read."""

    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> FileMark:
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


@dataclass(frozen=True)
class Delivery:
    """One delivery read: what it says of itself, its tables as text by resource, and what the gate found so far.

    With any finding the tables are empty. `is_personal` says that a privacy rule found something: the descriptor's free
    texts may then hold it. Only what `may_be_kept`, having been searched whole and found clean, goes to quarantine.
    """

    file_name: str
    sha256: str
    size: int
    mark: FileMark
    descriptor: Descriptor | None = None
    contract: Contract | None = None
    findings: tuple[Finding, ...] = ()
    is_personal: bool = False
    may_be_kept: bool = False
    tables: Mapping[str, pa.Table] = field(default_factory=dict)

    @property
    def text_bytes(self) -> int:
        """Memory that the tables take, in bytes."""
        return sum(table.nbytes for table in self.tables.values())

    def sound(self) -> tuple[Contract, Descriptor]:
        """Contract and descriptor of a delivery that no rule has refused.

        Raises:
            ValueError: it has been refused.
        """
        if self.findings or self.contract is None or self.descriptor is None:
            raise ValueError(f"{self.sha256} has been refused")
        return self.contract, self.descriptor


def read_delivery(
    path: Path,
    folder: str | None,
    now: datetime,
    *,
    file_name: str | None = None,
    register: Collection[str] | None = None,
) -> Delivery:
    """Reads the file at `path`, which lies in the landing place of the PLIE `folder` (None: in none).

    Args:
        now: the clock for rule T06.
        file_name: the name as the sender gave it, when `path` bears another.
        register: identifiers of known PLIE; the project's register when None.

    Raises:
        OSError: the file cannot be read, or is no regular file (links are not followed).
    """
    name = path.name if file_name is None else file_name
    known = registered_plie_ids() if register is None else register
    limits = envelope_limits()
    content, sha256, mark = _read_bytes(path, limits.zip_bytes)
    read = Delivery(file_name=name, sha256=sha256, size=mark.size, mark=mark)
    if content is None:
        return replace(read, findings=(found("T02"), *check_identity(name, folder, None, known)))
    archive = open_archive(content, limits)
    del content
    if archive.finding is not None:
        return replace(read, findings=(archive.finding, *check_identity(name, folder, None, known)))

    reading = read_descriptor(archive.entries.get(FILE_NAME))
    findings = [*reading.findings, *check_identity(name, folder, reading.descriptor, known)]
    tables: dict[str, pa.Table] = {}
    if reading.descriptor is not None and reading.contract is not None and not reading.findings:
        findings += check_statements(name, reading.descriptor, reading.contract, now)
        findings += check_files(reading.descriptor, reading.contract, archive.entries)
        tables, wrong = _read_tables(reading.descriptor, reading.contract, archive.entries)
        findings += wrong
    privacy = search_entries({**archive.entries, AROUND: archive.around}, reading.descriptor)
    findings += privacy.findings
    return replace(
        read,
        descriptor=reading.descriptor,
        contract=reading.contract,
        findings=tuple(findings),
        is_personal=bool(privacy.findings),
        may_be_kept=privacy.is_complete and not privacy.findings,
        tables={} if findings else tables,
    )


def _read_tables(
    descriptor: Descriptor, contract: Contract, entries: Mapping[str, bytes]
) -> tuple[dict[str, pa.Table], list[Finding]]:
    allowed = contract.allowed_resources(descriptor.mode)
    tables: dict[str, pa.Table] = {}
    findings: list[Finding] = []
    for declared in descriptor.resources:
        if declared.path in entries:
            received = read_resource(entries[declared.path], declared, allowed[declared.name], contract)
            if received.finding is not None:
                findings.append(received.finding)
            elif received.table is not None:
                tables[declared.name] = received.table
    return tables, findings


def _read_bytes(path: Path, limit: int) -> tuple[bytes | None, str, FileMark]:
    """Content (None beyond `limit` bytes), sha256 in hexadecimal and mark of a regular file; follows no link."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        content = file.read(limit + 1)
        digest = hashlib.sha256(content)
        if len(content) > limit:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
            return None, digest.hexdigest(), FileMark.of(status)
        return content, digest.hexdigest(), FileMark.of(status)
