"""P03: French telephone numbers, of the mainland and overseas, as people write them.

The numbering plan is that of `phonenumbers`. Numbers in 06 and 07 count whatever their range: ARCEP opens ranges each
year, and the ranges reserved for fiction are what example files hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from ingestion.gate.detectors.boundaries import AFTER, ANY_GAP, BEFORE, GAP, compact, continues, groups, is_spaced
from ingestion.gate.detectors.detector import Candidate, Detector

_OVERSEAS = ("RE", "YT", "GP", "MQ", "GF")
_OVERSEAS_PREFIXES = ("26", "59")
"""Regions that share the ten-digit plan of the mainland, and where in it their own fixed lines are."""
_SHORT_PLANS = {"508": "PM", "681": "WF", "687": "NC", "689": "PF"}
_PAIRS_OF_DIGITS = (2, 2, 2, 2, 2)
_USUAL_GROUPS = {_PAIRS_OF_DIGITS, (4, 2, 2, 2), (4, 3, 3), (1, 3, 3, 3), (1, 3, 2, 2, 2), (1, 1, 2, 2, 2, 2)}
"""Groups that dots, dashes and slashes make; a department, a year and a number (`06-2016-0123`) are not among them."""

_WORDS = ("tel", "phone", "mobile", "portable", "gsm", "fax")
"""How words end that may be glued to a number; any other letter before ten digits in a row makes an identifier."""


def _national(gap: str) -> str:
    return rf"0{gap}[1-9](?:{gap}[0-9]){{8}}"


_PAIRS = r"0[1-9](?:[ ._/-]{1,3}[0-9]{2}){4}"
_ABROAD = (
    rf"{GAP}(?:(?:33|590|594|596|262)(?:{GAP}0)?{GAP}[1-9](?:{GAP}[0-9]){{8}}"
    rf"|(?:508|681|687){GAP}[1-9](?:{GAP}[0-9]){{5}}"
    rf"|689{GAP}[1-9](?:{GAP}[0-9]){{7}})"
)

_LINE = "|".join(
    (
        rf"{BEFORE}{_national(ANY_GAP)}{AFTER}",
        rf"(?i:{'|'.join(_WORDS)}){_national('')}{AFTER}",
        r"(?:^|[^0-9])0[1-9](?:[ ._/-]+[0-9]{2}){4}(?:[^0-9]|$)",
        rf"(?:\+|{BEFORE}00){ANY_GAP}(?:33|590|594|596|262|508|68[179])(?:{ANY_GAP}[0-9]){{6}}",
    )
)
_AFTER_WORD = "|".join(rf"(?<={word})" for word in _WORDS)
_FIND_NATIONAL = re.compile(
    rf"(?:(?<![0-9A-Za-z])|{_AFTER_WORD})(?=({_national(GAP)})(?![0-9A-Za-z]))".encode(), re.IGNORECASE
)
_FIND_PAIRS = re.compile(rf"(?<![0-9])(?=({_PAIRS})(?![0-9]))".encode())
_FIND_ABROAD = re.compile(rf"(?:\+|(?<![0-9A-Za-z])00){_ABROAD}(?![0-9A-Za-z])".encode())


def _candidates(line: bytes) -> Iterator[Candidate]:
    for match in _FIND_ABROAD.finditer(line):
        yield Candidate(match.start(), match.group().decode("ascii"))
    for pattern in (_FIND_NATIONAL, _FIND_PAIRS):
        for match in pattern.finditer(line):
            yield Candidate(match.start(1), match.group(1).decode("ascii"))


def _is_valid(candidate: Candidate, line: bytes) -> bool:
    digits = compact(candidate.text)
    if digits[0] != "0" or digits[1] == "0":
        return _is_valid_from_abroad(digits.removeprefix("00"))
    return _is_grouped_as_usual(candidate, line) and _is_in_national_plan(digits[1:])


def _is_grouped_as_usual(candidate: Candidate, line: bytes) -> bool:
    cuts = groups(candidate.text)
    if len(cuts) == 1:
        return True
    is_prose = is_spaced(candidate.text)
    if cuts in _USUAL_GROUPS:
        return (is_prose and cuts == _PAIRS_OF_DIGITS) or not continues(candidate, line)
    return is_prose and cuts[0] > 1 and not continues(candidate, line, over=b" ._/-")


def _is_valid_from_abroad(digits: str) -> bool:
    region = _SHORT_PLANS.get(digits[:3])
    return _is_in_plan(digits[3:], region) if region else _is_in_national_plan(digits[-9:])


def _is_in_national_plan(nine_digits: str) -> bool:
    if nine_digits[0] in "67":
        return True
    regions = _OVERSEAS if nine_digits[:2] in _OVERSEAS_PREFIXES else ()
    return any(_is_in_plan(nine_digits, region) for region in ("FR", *regions))


def _is_in_plan(digits: str, region: str) -> bool:
    number = phonenumbers.PhoneNumber(
        country_code=phonenumbers.country_code_for_region(region), national_number=int(digits)
    )
    return phonenumbers.is_valid_number_for_region(number, region)


TELEPHONE = Detector("P03", _LINE, _candidates, _is_valid)
