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


def matching_lines(text: bytes, starts: npt.NDArray[np.int32], pattern: str) -> list[int]:
    """Which lines match an RE2 pattern. The bytes are not copied and the interpreter's lock is released meanwhile."""
    buffers = [None, pa.py_buffer(starts), pa.py_buffer(text)]
    lines = pa.Array.from_buffers(pa.binary(), len(starts) - 1, buffers)
    matched = pc.match_substring_regex(lines, pattern)
    return [int(place) for place in np.flatnonzero(matched.to_numpy(zero_copy_only=False))]
