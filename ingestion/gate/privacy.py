"""Searches the text of one entry of a delivery, well formed or not, for what must never arrive (P01 to P06).

What is found is described by rule, column and line. The value itself stays inside: no hit, exception or log holds it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingestion.gate.detectors import DETECTORS, Detector
from ingestion.gate.detectors.folding import readings
from ingestion.gate.detectors.header import Header, read_header
from ingestion.gate.detectors.lines import Piece, line_starts, pieces, suspect_lines
from ingestion.gate.detectors.pseudonyms import predictable, prepare

__all__ = ["MASKED", "PrivacyHit", "PrivacyHits", "is_clean", "prepare", "scan"]

SHOWN_HITS = 150
"""Hits of one rule that are described one by one; all are counted."""
EFFORT = 32 * 1024 * 1024
"""Bytes of suspicious lines, each candidate counted as `_CANDIDATE_EFFORT` more, that are examined for one rule in one
entry. What costs more is no delivery but keeps the gate busy: it counts as found, and the search for that rule ends."""
_CANDIDATE_EFFORT = 64
MASKED = "(nom masqué)"
"""Stands for the name of an entry that would itself give something away."""

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1a\x1b")
_OPAQUE_SHARE = 0.02


@dataclass(frozen=True)
class PrivacyHit:
    """One place that breaks a privacy rule.

    `line` counts physical lines (1 = header) and is None for the name of the entry; `field` is the column where the
    line splits as the header does. For P04 it is the words of identity in the column's name.
    """

    rule: str
    resource: str
    field: str | None
    line: int | None


class PrivacyHits(list[PrivacyHit]):
    """Hits in order of line, the first `SHOWN_HITS` of each rule; `counts` has all of them by rule.

    `is_opaque` says that the entry is no text (a workbook, an archive, a picture): that nothing was found then means
    nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.is_opaque = False


def scan(name: str, data: bytes, encoding: str | None = None, *, resource: str | None = None) -> PrivacyHits:
    """Everything personal in one entry.

    Args:
        name: name of the entry in the archive; it is searched too.
        data: its bytes, of any size and in any state.
        encoding: what the descriptor declares, if anything; a false one does no harm.
        resource: what hits call the entry; its name without `.csv` when not given.
    """
    shown = resource or re.sub(r"\.csv\Z", "", name, flags=re.IGNORECASE)
    broken = _rules_broken_by(name)
    found = _Search(MASKED if broken or not is_clean(shown) else shown, name.lower())
    for rule in broken:
        found.add(rule, None, None)
    for reading in readings(data, encoding):
        found.begin_reading()
        for piece in pieces(reading):
            found.read(piece)
    return found.result()


def is_clean(text: str) -> bool:
    """Whether a short text (a name, a detail of a message) holds nothing that P01, P02, P03 or P06 forbid."""
    return not _rules_broken_by(text)


def _rules_broken_by(text: str) -> list[str]:
    broken = set()
    for reading in readings(text.encode("utf-8", "replace"), "utf-8"):
        for block in reading:
            for detector in DETECTORS:
                if any(detector.is_valid(candidate, block) for candidate in detector.candidates(block)):
                    broken.add(detector.rule)
    return sorted(broken)


class _Search:
    """What is known while one entry is read, once per reading of its bytes."""

    def __init__(self, resource: str, name: str) -> None:
        self._resource = resource
        self._is_json = name.endswith(".json")
        self._is_csv = name.endswith((".csv", ".tsv"))
        self._hits = PrivacyHits()
        self._header: Header | None = None
        self._effort: Counter[str] = Counter()
        self._detectors = list(DETECTORS)
        self._seen: set[tuple[str, int, int]] = set()
        self._readings = 0
        self._seen_before: frozenset[tuple[str, int, int]] = frozenset()

    def begin_reading(self) -> None:
        """What an earlier reading found on a line is not counted again."""
        self._readings += 1
        self._seen_before = frozenset(self._seen)

    def read(self, piece: Piece) -> None:
        if piece.first_line == 1 and piece.begin == 0:
            self._read_top(piece.text)
        starts = line_starts(piece.text)
        if self._detectors:
            self._check_numbers(piece, starts)
        if not self._is_json:
            self._check_pseudonyms(piece, starts)

    def result(self) -> PrivacyHits:
        self._hits.sort(key=lambda hit: (hit.line or 0, hit.rule))
        return self._hits

    def add(self, rule: str, field: str | None, line: int | None) -> None:
        self._hits.counts[rule] += 1
        if self._hits.counts[rule] <= SHOWN_HITS:
            self._hits.append(PrivacyHit(rule, self._resource, field, line))

    def _read_top(self, text: bytes) -> None:
        controls = len(text) - len(text.translate(None, _CONTROLS))
        # Text in any reading is text: in the others it may look like anything.
        is_opaque = controls > _OPAQUE_SHARE * len(text)
        self._hits.is_opaque = is_opaque and (self._hits.is_opaque or self._readings == 1)
        self._header = None if self._is_json else read_header(text, self._is_csv)
        if self._header:
            for place, identity in self._header.identities.items():
                self._add_once("P04", identity, self._header.line, place)

    def _check_numbers(self, piece: Piece, starts: npt.NDArray[np.int32]) -> None:
        detectors = tuple(self._detectors)
        found: dict[int, bytearray] = {}
        suspects = suspect_lines(piece.text, starts, [detector.line_pattern for detector in detectors])
        for detector, places in zip(detectors, suspects, strict=True):
            for place in places.tolist():
                line = piece.text[starts[place] : starts[place + 1]]
                number = piece.first_line + place
                window = range(piece.begin - int(starts[place]), piece.end - int(starts[place]))
                self._examine(detector, line, number, window, found.setdefault(place, bytearray()))
                if self._effort[detector.rule] > EFFORT:
                    self._detectors.remove(detector)
                    self._add_once(detector.rule, None, number)
                    break

    def _examine(self, detector: Detector, line: bytes, number: int, window: range, found: bytearray) -> None:
        """`found` marks the places of a number that was found: they are not part of another one."""
        self._effort[detector.rule] += len(line)
        for candidate in detector.candidates(line):
            self._effort[detector.rule] += _CANDIDATE_EFFORT
            if self._effort[detector.rule] > EFFORT:
                return
            place = slice(candidate.start, candidate.end)
            if candidate.start in window and not any(found[place]) and detector.is_valid(candidate, line):
                found.extend(bytes(max(candidate.end - len(found), 0)))
                found[place] = b"\1" * len(candidate.text)
                self._add_at(detector.rule, line, candidate.start, number)

    def _check_pseudonyms(self, piece: Piece, starts: npt.NDArray[np.int32]) -> None:
        for place in predictable(piece.text).tolist():
            if piece.begin <= place < piece.end:
                index = int(starts.searchsorted(place, side="right")) - 1
                line = piece.text[starts[index] : starts[index + 1]]
                self._add_at("P05", line, place - int(starts[index]), piece.first_line + index)

    def _add_at(self, rule: str, line: bytes, place: int, number: int) -> None:
        is_shown = self._hits.counts[rule] < SHOWN_HITS
        header = self._header if is_shown and self._header and self._header.line < number else None
        self._add_once(rule, header.column_at(line, place) if header else None, number)

    def _add_once(self, rule: str, field: str | None, number: int, place: int = 0) -> None:
        key = (rule, number, place)
        if key not in self._seen_before:
            self._seen.add(key)
            self.add(rule, field, number)
