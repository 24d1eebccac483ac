"""What a detector of personal numbers is: a fast test for lines, a search within one line, and an authority."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Candidate:
    """A piece of a line that is shaped like what a rule forbids. Its text is kept out of `repr`, hence out of logs."""

    start: int
    text: str = field(repr=False)

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True)
class Detector:
    """How one privacy rule is checked.

    `line_pattern` (RE2) matches every line in which `candidates` would find a true one, and hardly any other;
    `is_valid` decides from the candidate and its line, with a validator that is not ours where one exists.
    """

    rule: str
    line_pattern: str
    candidates: Callable[[bytes], Iterator[Candidate]]
    is_valid: Callable[[Candidate, bytes], bool]
