"""P05: pseudonyms that anyone could have computed, because they are digests of small numbers or a repeated pattern.

A digest is predictable when it is the SHA-256 of one to six decimal digits: every integer from 0 to 999999, with or
without leading zeros. It is a pattern when it repeats itself: a period of up to 32 digits over the whole, or of up to
16 over its first or last half (which catches numbers that zeros were added to).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

_DIGITS = 64
_HALF = _DIGITS // 2
_DIGESTS = """
    select ('0x' || sha256(lpad(number::varchar, width::integer, '0'))[1:16])::ubigint as head
    from (select unnest(range(1, 7)) as width), lateral (select unnest(range((10 ** width)::bigint)) as number)
"""
_BITMAP_BITS = 24
_PAIR, _QUAD, _EIGHT = np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0000FFFF0000FFFF), np.uint64(0xFFFFFFFF)
_making = threading.Lock()
_made: list[_Digests] = []


@dataclass(frozen=True)
class _Digests:
    """First eight bytes of the digest of each small number, sorted, and which values their first bits take."""

    heads: npt.NDArray[np.uint64]
    bitmap: npt.NDArray[np.bool_]

    def hold(self, heads: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        found = self.bitmap[(heads >> np.uint64(64 - _BITMAP_BITS)).astype(np.int64)]
        possible = np.flatnonzero(found)
        places = np.minimum(self.heads.searchsorted(heads[possible]), len(self.heads) - 1)
        found[possible] = self.heads[places] == heads[possible]
        return found


def prepare() -> None:
    """Makes the table of digests, half a second that releases the interpreter's lock: worth a thread at the start."""
    _digests()


def predictable(text: bytes) -> npt.NDArray[np.int64]:
    """Where in folded text a token of 64 hexadecimal digits begins that is no pseudonym."""
    letters = np.frombuffer(text, dtype=np.uint8)
    starts = _tokens(letters)
    if not len(starts):
        return starts
    tokens = np.lib.stride_tricks.sliding_window_view(letters, _DIGITS)[starts] | np.uint8(0x20)
    suspects = np.flatnonzero(_repeats(tokens) | _digests().hold(_heads(tokens)))
    chosen = tokens[suspects]
    is_hex = ((chosen - ord("0") < 10) | (chosen - ord("a") < 6)).all(axis=1)
    return starts[suspects[is_hex]]


def _tokens(letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Where runs of exactly 64 letters and digits begin."""
    is_other = ~((letters - ord("0") < 10) | ((letters | 0x20) - ord("a") < 26))
    edges = np.concatenate(([-1], np.flatnonzero(is_other), [len(letters)]))
    starts: npt.NDArray[np.int64] = edges[:-1][np.diff(edges) == _DIGITS + 1] + 1
    return starts


def _repeats(tokens: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(tokens), dtype=np.bool_)
    for begin, end in ((0, _HALF), (_HALF, _DIGITS), (0, _DIGITS)):
        longest = (end - begin) // 2
        # Any shorter period has a multiple in this range, and eight digits compared as one number leave next to none
        # to compare in full.
        for period in range(longest // 2 + 1, longest + 1):
            alike = np.flatnonzero(_eight(tokens, begin) == _eight(tokens, begin + period))
            if len(alike):
                found[alike] |= (tokens[alike, begin : end - period] == tokens[alike, begin + period : end]).all(axis=1)
    return found


def _eight(tokens: npt.NDArray[np.uint8], place: int) -> npt.NDArray[np.uint64]:
    return np.ndarray((len(tokens),), dtype=np.uint64, buffer=tokens.data, offset=place, strides=(_DIGITS,))


def _heads(tokens: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """The first 16 hexadecimal digits of each token as a number, all digits of a word decoded at once."""
    words = np.ascontiguousarray(tokens[:, :16]).view("<u8")
    digits = (words & np.uint64(0x0F0F0F0F0F0F0F0F)) + np.uint64(9) * (
        (words >> np.uint64(6)) & np.uint64(0x0101010101010101)
    )
    octets = ((digits << np.uint64(4)) | (digits >> np.uint64(8))) & _PAIR
    octets = (octets | (octets >> np.uint64(8))) & _QUAD
    octets = (octets | (octets >> np.uint64(16))) & _EIGHT
    halves = octets.astype("<u4").byteswap().astype(np.uint64)
    return (halves[:, 0] << np.uint64(32)) | halves[:, 1]


def _digests() -> _Digests:
    """Made at the first pseudonym that a process meets, in half a second; kept in memory only."""
    with _making:
        if not _made:
            with duckdb.connect() as connection:
                heads = np.sort(connection.sql(_DIGESTS).fetchnumpy()["head"])
            bitmap = np.zeros(1 << _BITMAP_BITS, dtype=np.bool_)
            bitmap[(heads >> np.uint64(64 - _BITMAP_BITS)).astype(np.int64)] = True
            _made.append(_Digests(heads, bitmap))
    return _made[0]
