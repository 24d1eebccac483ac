"""Who sends, and when: the file's name, its folder, the register and the times that the descriptor states (T05, T06).

Also what it declares of its making: pseudonymisation (T14) and the period covered (T15).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from ingestion.contract import Contract
from ingestion.gate.descriptor import Descriptor
from ingestion.gate.finding import Finding, found

AHEAD = timedelta(hours=24)
"""How far ahead of our clock `created` may be (rule T06)."""

_NAMED_PLIE = re.compile(r"(PLIE-(?:[0-8][0-9]|9[0-5]|2[AB]|97[1-6])-[0-9]{2})_.*\.zip", re.DOTALL)
_NAMED_TIME = re.compile(r".*_([0-9]{8}T[0-9]{6}Z)\.zip", re.DOTALL)


def is_well_named(file_name: str) -> bool:
    """Whether a file is named as the contract asks (§1), whoever sends it."""
    return bool(_NAMED_PLIE.fullmatch(file_name) and _NAMED_TIME.fullmatch(file_name)) and file_name.count("_") == 1


def check_identity(
    file_name: str, folder: str | None, descriptor: Descriptor | None, register: Collection[str]
) -> Iterator[Finding]:
    """T05: folder, file name and descriptor name the same PLIE, and the register knows it.

    `folder` is None when the file lies in no landing place (a sender who checks a file before sending it).
    """
    named = _NAMED_PLIE.fullmatch(file_name)
    said = {named[1] if named else None}
    if folder is not None:
        said.add(folder)
    if descriptor is not None:
        said.add(descriptor.plie_id)
    if len(said) > 1 or not said <= set(register):
        yield found("T05")


def check_statements(file_name: str, descriptor: Descriptor, contract: Contract, now: datetime) -> Iterator[Finding]:
    """T06, T14 and T15, from what the descriptor states."""
    named = _NAMED_TIME.fullmatch(file_name)
    created = descriptor.created
    if created is None or created > now + AHEAD or named is None or named[1] != f"{created:%Y%m%dT%H%M%SZ}":
        yield found("T06")
    if descriptor.pseudonymisation not in contract.pseudonymisation:
        yield found("T14")
    last = descriptor.coverage_to if created is None else created.date()
    if not descriptor.coverage_from <= descriptor.coverage_to <= last:
        yield found("T15")
