"""P05: pseudonyms that anyone could have computed, because they are digests of small numbers or a repeated pattern.

A digest is predictable when it is the SHA-256 of one to six decimal digits: every integer from 0 to 999999, with or
without leading zeros. It is a pattern when it repeats itself: a period of up to 32 digits over the whole, or of up to
16 over its first or last half (which catches numbers that zeros were added to).
"""

from __future__ import annotations

import threading

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_DIGITS = 64
_HALF = _DIGITS // 2
_DIGESTS = """
    select ('0x' || sha256(lpad(number::varchar, width::integer, '0'))[1:16])::ubigint as head
    from (select unnest(range(1, 7)) as width), lateral (select unnest(range((10 ** width)::bigint)) as number)
"""
_making = threading.Lock()
_made: list[npt.NDArray[np.uint64]] = []


def predictable(text: bytes) -> npt.NDArray[np.int64]:
    """Where in folded text a token of 64 hexadecimal digits begins that is no pseudonym."""
    whole = pa.Array.from_buffers(pa.binary(), 1, [None, pa.py_buffer(np.array([0, len(text)], np.int32)), pa.py_buffer(text)])
    if not pc.match_substring_regex(whole, f"[0-9A-Fa-f]{{{_DIGITS}}}")[0].as_py():
        return np.empty(0, dtype=np.int64)
    starts = _tokens(np.frombuffer(text, dtype=np.uint8))
    tokens = np.lib.stride_tricks.sliding_window_view(np.frombuffer(text, dtype=np.uint8), _DIGITS)[starts] | 0x20
    is_hex = ((tokens - ord("0") < 10) | (tokens - ord("a") < 6)).all(axis=1)
    starts, tokens = starts[is_hex], np.ascontiguousarray(tokens[is_hex])
    return starts[_repeats(tokens) | _is_digest_of_small_number(tokens)]


def _tokens(letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Where runs of exactly 64 letters and digits begin."""
    is_other = ~((letters - ord("0") < 10) | ((letters | 0x20) - ord("a") < 26))
    edges = np.concatenate(([-1], np.flatnonzero(is_other), [len(letters)]))
    return edges[:-1][np.diff(edges) == _DIGITS + 1] + 1


def _repeats(tokens: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(tokens), dtype=np.bool_)
    for begin, end, longest in ((0, _HALF, 16), (_HALF, _DIGITS, 16), (0, _DIGITS, _HALF)):
        for period in range(1, longest + 1):
            # Eight digits compared as one number leave next to none to compare in full.
            alike = np.flatnonzero(_eight(tokens, begin) == _eight(tokens, begin + period))
            if len(alike):
                found[alike] |= (tokens[alike, begin : end - period] == tokens[alike, begin + period : end]).all(axis=1)
    return found


def _eight(tokens: npt.NDArray[np.uint8], place: int) -> npt.NDArray[np.uint64]:
    return np.ndarray((len(tokens),), dtype=np.uint64, buffer=tokens.data, offset=place, strides=(_DIGITS,))


def _is_digest_of_small_number(tokens: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    digits = np.where(tokens[:, :16] < ord("a"), tokens[:, :16] - ord("0"), tokens[:, :16] - ord("a") + 10)
    heads = (digits[:, ::2] << 4 | digits[:, 1::2]).astype(np.uint8).copy().view(">u8").ravel().astype(np.uint64)
    digests = _digests()
    order = np.argsort(heads)  # neighbours are looked up one after the other, in memory that is at hand
    places = np.minimum(digests.searchsorted(heads[order]), len(digests) - 1)
    found = np.empty(len(heads), dtype=np.bool_)
    found[order] = digests[places] == heads[order]
    return found


def _digests() -> npt.NDArray[np.uint64]:
    """First eight bytes of the digest of each small number, sorted; made at the first pseudonym, kept in memory only."""
    with _making:
        if not _made:
            with duckdb.connect() as connection:
                heads = connection.sql(_DIGESTS).fetchnumpy()["head"]
            _made.append(np.sort(heads))
    return _made[0]
