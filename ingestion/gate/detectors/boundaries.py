"""Where a number written by a person begins, ends and may be cut: pieces of pattern that the detectors share.

Patterns are written twice over the same pieces: for RE2 (linear, vectorised, no look-around) to pick out suspicious
lines, and for `re` to find the candidates within such a line. They meet folded text only (`folding`), so a
no-break space is a space, any dash is `-`, and every byte is ASCII.
"""

from __future__ import annotations

import re

from ingestion.gate.detectors.detector import Candidate

BEFORE = r"(?:^|[^0-9A-Za-z])"
AFTER = r"(?:[^0-9A-Za-z]|$)"
"""RE2: the edge of a token of letters and digits."""

GAP = r"[ ._/()'-]{0,3}"
ANY_GAP = r"[ ._/()'-]*"
"""What may stand between two digits of one number: never a delimiter, a quote or the end of a line. In a line pattern
any length will do, which keeps its automaton small."""

_GAPS = re.compile(r"[^0-9A-Za-z]+")
_MARKS = re.compile(r"[._/'-]")


def compact(written: str) -> str:
    """The number without what separates its digits, upper case."""
    return _GAPS.sub("", written).upper()


def groups(written: str) -> tuple[int, ...]:
    """How many digits stand together: `06 12 34 56 78` gives (2, 2, 2, 2, 2)."""
    return tuple(len(group) for group in _GAPS.split(written) if group)


def is_spaced(written: str) -> bool:
    """Whether the groups are kept apart by nothing but spaces and parentheses, as in prose."""
    return _MARKS.search(written) is None


def continues(candidate: Candidate, line: bytes, over: bytes = b"._/-") -> bool:
    """Whether the same row of digits goes on over one of these marks: part of a timestamp or a longer id."""
    before = line[max(candidate.start - 2, 0) : candidate.start]
    after = line[candidate.end : candidate.end + 2]
    return (len(before) == 2 and before[:1].isdigit() and before[1:] in over) or (
        len(after) == 2 and after[:1] in over and after[1:].isdigit()
    )
