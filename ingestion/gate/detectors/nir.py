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

_FIND_SPACED_OUT = re.compile(rf"(?<![0-9A-Za-z])(?=({_SPACED_OUT})(?![0-9A-Za-z]))".encode())
_FIND_SOLID = re.compile(rf"(?<![0-9])(?=({_SOLID})(?![0-9]))".encode())
_STRUCTURE = re.compile(
    r"[123478][0-9]{2}"
    r"(?:0[1-9]|1[0-2]|20|3[0-9]|4[0-2]|[5-9][0-9])"
    r"(?!00)(?:[0-9]{2}|2[AB])"
    r"(?!000)[0-9]{3}(?!000)[0-9]{3}[0-9]{2}"
)


def _candidates(line: bytes) -> Iterator[Candidate]:
    seen = set()
    for match in _FIND_SOLID.finditer(line):
        if not in_digest(line, match.start(1), match.end(1)):
            seen.add(match.start(1))
            yield Candidate(match.start(1), match.group(1).decode("ascii"))
    for match in _FIND_SPACED_OUT.finditer(line):
        written = match.group(1).decode("ascii")
        cuts = groups(written)
        if match.start(1) in seen or len(cuts) == 1:
            continue
        is_decimal = len(cuts) == 2 and "." in written and cuts[0] != 13
        if is_spaced(written) or not (is_decimal or continues(line, match.start(1), match.end(1))):
            yield Candidate(match.start(1), written)


def _is_valid(written: str) -> bool:
    number = compact(written)
    return _STRUCTURE.fullmatch(number) is not None and bool(nir.is_valid(number))


NIR = Detector("P01", _LINE, _candidates, _is_valid)
