"""P06: international bank account numbers (IBAN) of every country of the SWIFT registry, with a valid key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from stdnum import iban, numdb

from ingestion.gate.detectors.boundaries import BEFORE, compact
from ingestion.gate.detectors.detector import Candidate, Detector

_SHORTEST, _LONGEST = 15, 34
_WRITTEN = rf"[A-Za-z]{{2}}[0-9]{{2}}(?:[ .-]{{0,2}}[0-9A-Za-z]){{{_SHORTEST - 4},{_LONGEST - 4}}}"

# Two letters that may be hexadecimal make an account number only with eight digits after the key: Andorra, the
# Emirates, Bosnia, Belgium and Germany all have them, one pseudonym in a thousand has.
_LINE = (
    rf"(?:{BEFORE}|(?i:iban))(?:"
    rf"(?:[A-Za-z][G-Zg-z]|[G-Zg-z][A-Za-z])[0-9]{{2}}(?:[ .-]*[0-9A-Za-z]){{{_SHORTEST - 4}}}"
    rf"|[A-Fa-f]{{2}}[0-9]{{2}}(?:[ .-]*[0-9]){{8}})"
)
_FIND = re.compile(rf"(?:(?<![0-9A-Za-z])|(?<=iban))(?=({_WRITTEN}))".encode(), re.IGNORECASE)
_BBAN_PART = re.compile(r"([0-9]+)!")


@cache
def _length(country: str) -> int | None:
    """Letters and digits of an IBAN of this country; None where the registry does not know it."""
    (_, properties), *_ = numdb.get("iban").info(country)
    parts = _BBAN_PART.findall(properties.get("bban", ""))
    return 4 + sum(int(part) for part in parts) if parts else None


def _candidates(line: bytes) -> Iterator[Candidate]:
    for match in _FIND.finditer(line):
        written = match.group(1).decode("ascii")
        length = _length(written[:2].upper())
        # Words may follow after a space, so the end is where the country's length is reached.
        if length and (end := _end_of(written, length)):
            yield Candidate(match.start(1), written[:end])


def _end_of(written: str, length: int) -> int | None:
    if written[:length].isalnum():
        return length if len(written) >= length else None
    count = 0
    for place, character in enumerate(written, start=1):
        count += character.isalnum()
        if count == length:
            return place
    return None


def _is_valid(candidate: Candidate, line: bytes) -> bool:
    following = line[candidate.end : candidate.end + 1]
    return not following.isalnum() and bool(iban.is_valid(compact(candidate.text)))


IBAN = Detector("P06", _LINE, _candidates, _is_valid)
