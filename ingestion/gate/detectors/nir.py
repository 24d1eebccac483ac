"""P01: French social security numbers (NIR), 13 digits and a key of two, however the digits are grouped.

Structure: INSEE, "Numéro de sécurité sociale" (sex, year, month, department, commune, order, key); months 20, 30-42
and 50-99 are given where the civil register does not know the month, common for people born abroad.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.fr import nir

from ingestion.gate.detectors.boundaries import AFTER, ANY_GAP, BEFORE, GAP, compact, continues, groups, is_spaced
from ingestion.gate.detectors.detector import Candidate, Detector

_SEX = "[123478]"


def _spaced_out(gap: str) -> str:
    return rf"{_SEX}(?:{gap}[0-9]){{4}}{gap}(?:[0-9]{gap}[0-9]|2{gap}[ABab])(?:{gap}[0-9]){{8}}"


# In one piece, or with the key apart, a number may be glued to letters and to letters only: a 64-digit pseudonym, one
# in sixty of which holds fifteen decimal digits in a row, is then no suspect.
_SOLID = rf"{_SEX}[0-9]{{4}}(?:[0-9]{{2}}|2[ABab])[0-9]{{6}}[ ._/-]?[0-9]{{2}}"
_SOLID_GROUPS = {(15,), (13, 2)}

_LINE = rf"{BEFORE}{_spaced_out(ANY_GAP)}{AFTER}|{BEFORE}[A-Za-z]*{_SOLID}[A-Za-z]*{AFTER}"
_FIND_SPACED_OUT = re.compile(rf"(?<![0-9A-Za-z])(?=({_spaced_out(GAP)})(?![0-9A-Za-z]))".encode())
_FIND_SOLID = re.compile(rf"(?<![0-9A-Za-z])[A-Za-z]*(?=({_SOLID})[A-Za-z]*(?![0-9A-Za-z]))".encode())
_LETTERS_BEFORE = re.compile(rb"[A-Za-z]*\Z")
_LETTERS_AFTER = re.compile(rb"[A-Za-z]*")
_REACH = 32
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
    if cuts in _SOLID_GROUPS:
        return not _is_in_short_digest(candidate, line)
    is_decimal = len(cuts) == 2 and "." in candidate.text
    return is_spaced(candidate.text) or not (is_decimal or continues(candidate, line))


def _is_in_short_digest(candidate: Candidate, line: bytes) -> bool:
    """Whether the letters glued to the number are small a to f alone: of such identifiers with 16 digits, three in a
    million would pass for a number."""
    before = _LETTERS_BEFORE.search(line[max(candidate.start - _REACH, 0) : candidate.start])
    after = _LETTERS_AFTER.match(line, candidate.end, candidate.end + _REACH)
    letters = (before.group() if before else b"") + (after.group() if after else b"")
    return bool(letters) and not letters.strip(b"abcdef")


NIR = Detector("P01", _LINE, _candidates, _is_valid)
