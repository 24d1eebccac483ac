"""P01: French social security numbers (NIR), 13 digits and a key of two, however the digits are grouped.

Structure: INSEE, "Numéro de sécurité sociale" (sex, year, month, department, commune, order, key); months 20, 30-42
and 50-99 are given where the civil register does not know the month, common for people born abroad.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.fr import nir

from ingestion.gate.detectors.boundaries import AFTER, BEFORE, GAP, compact, continues, groups, in_digest, is_spaced
from ingestion.gate.detectors.detector import Candidate, Detector

_SEX = "[123478]"
_SPACED_OUT = rf"{_SEX}(?:{GAP}[0-9]){{4}}{GAP}(?:[0-9]{GAP}[0-9]|2{GAP}[ABab])(?:{GAP}[0-9]){{8}}"  # a gap anywhere
_SOLID = rf"{_SEX}[0-9]{{4}}(?:[0-9]{{2}}|2[ABab])[0-9]{{6}}[ ._/-]?[0-9]{{2}}"  # at most one gap, before the key

# A number glued to letters is sought in tokens of up to 46 characters, so that a 64-digit pseudonym is no suspect.
_LINE = (
    rf"{BEFORE}{_SPACED_OUT}{AFTER}"
    rf"|{BEFORE}(?:[0-9A-Za-z]{{0,15}}[A-Za-z])?{_SOLID}(?:[A-Za-z][0-9A-Za-z]{{0,15}})?{AFTER}"
)

_UNCUT, _KEY_APART = (15,), (13, 2)
_FIND_SPACED_OUT = re.compile(rf"(?<![0-9A-Za-z])(?=({_SPACED_OUT})(?![0-9A-Za-z]))".encode())
_FIND_SOLID = re.compile(rf"(?<![0-9])(?=({_SOLID})(?![0-9]))".encode())
_STRUCTURE = re.compile(
    r"[123478][0-9]{2}"
    r"(?:0[1-9]|1[0-2]|20|3[0-9]|4[0-2]|[5-9][0-9])"
    r"(?!00)(?:[0-9]{2}|2[AB])"
    r"(?!000)[0-9]{3}(?!000)[0-9]{3}[0-9]{2}"
)


def _candidates(line: bytes) -> Iterator[Candidate]:
    for match in _FIND_SOLID.finditer(line):
        yield Candidate(match.start(1), match.group(1).decode("ascii"))
    for match in _FIND_SPACED_OUT.finditer(line):
        if not match.group(1).isalnum():
            yield Candidate(match.start(1), match.group(1).decode("ascii"))


def _is_valid(candidate: Candidate, line: bytes) -> bool:
    number = compact(candidate.text)
    if not _STRUCTURE.fullmatch(number) or not _is_written_as_one(candidate, line):
        return False
    return bool(nir.is_valid(number))


def _is_written_as_one(candidate: Candidate, line: bytes) -> bool:
    cuts = groups(candidate.text)
    if cuts in (_UNCUT, _KEY_APART):
        return not in_digest(candidate, line)
    is_decimal = len(cuts) == 2 and "." in candidate.text
    return is_spaced(candidate.text) or not (is_decimal or continues(candidate, line))


NIR = Detector("P01", _LINE, _candidates, _is_valid)
