"""Cuts folded text into pieces of whole lines and picks out, in one vectorised pass, the lines worth a closer look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

PIECE = 4 * 1024 * 1024
"""Bytes looked at in one go."""
OVERLAP = 1024
"""Bytes that two pieces of one endless line share; nothing that is sought is half as long."""
_BUNDLE = 64


@dataclass(frozen=True)
class Piece:
    """Folded text from line `first_line` on: whole lines, save where a line is longer than a piece.

    What starts outside [`begin`, `end`) belongs to the piece before or after, which sees it whole.
    """

    text: bytes
    first_line: int
    begin: int
    end: int


def pieces(blocks: Iterator[bytes]) -> Iterator[Piece]:
    """The text of `blocks` as pieces; the first line is 1."""
    rest, line, begin = b"", 1, 0
    for block in blocks:
        rest += block
        while len(rest) > PIECE:
            cut = rest.rfind(b"\n", 0, PIECE) + 1
            end = cut or PIECE - OVERLAP // 2
            yield Piece(rest[: cut or PIECE], line, begin, end)
            line += rest.count(b"\n", 0, cut)
            begin = 0 if cut else OVERLAP // 2
            rest = rest[cut or PIECE - OVERLAP :]
    if rest:
        yield Piece(rest, line, begin, len(rest))


def line_starts(text: bytes) -> npt.NDArray[np.int32]:
    """Offset of each line of a piece, and the length of the piece."""
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n"))
    starts = np.empty(len(ends) + 2, dtype=np.int32)
    starts[0], starts[-1] = 0, len(text)
    np.add(ends, 1, out=starts[1:-1], casting="unsafe")
    return starts[:-1] if len(ends) and ends[-1] == len(text) - 1 else starts


def suspect_lines(text: bytes, starts: npt.NDArray[np.int32], patterns: list[str]) -> list[npt.NDArray[np.int64]]:
    """For each RE2 pattern, which lines match it. No pattern may span two lines, and a line feed is like any delimiter.

    Lines are first looked at in bundles and for all patterns together: a call of RE2 for each line would cost as much
    as the search itself. The interpreter's lock is released meanwhile.
    """
    bundles = np.append(starts[:-1:_BUNDLE], starts[-1:])
    suspects = np.flatnonzero(_matches(_strings(text, bundles), "|".join(patterns)))
    if not len(suspects):
        return [suspects] * len(patterns)
    places = (suspects[:, None] * _BUNDLE + np.arange(_BUNDLE)).ravel()
    places = places[places < len(starts) - 1]
    lines = _strings(text, starts).take(pa.array(places))
    return [places[_matches(lines, pattern)] for pattern in patterns]


def _strings(text: bytes, starts: npt.NDArray[np.int32]) -> pa.Array:
    return pa.Array.from_buffers(pa.binary(), len(starts) - 1, [None, pa.py_buffer(starts), pa.py_buffer(text)])


def _matches(strings: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    matched: npt.NDArray[np.bool_] = pc.match_substring_regex(strings, pattern).to_numpy(zero_copy_only=False)
    return matched
