"""P02: e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingestion.gate.detectors.detector import Candidate, Detector

_LOCAL_END = r"[A-Za-z0-9._%+'-]"

# The search starts at the one character before the @, never earlier: a long run of letters costs nothing.
_DOMAIN = r"(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])"
_FIND = re.compile(rf"{_LOCAL_END} {{0,2}}@ {{0,2}}{_DOMAIN}".encode())


def _candidates(line: bytes) -> Iterator[Candidate]:
    for match in _FIND.finditer(line):
        yield Candidate(match.start(), match.group().decode("ascii"))


def _is_valid(_candidate: Candidate, _line: bytes) -> bool:
    return True  # the shape is the definition: asking whether the domain exists would send it over the network


EMAIL = Detector("P02", rf"{_LOCAL_END} *@ *[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{{2}}", _candidates, _is_valid)
