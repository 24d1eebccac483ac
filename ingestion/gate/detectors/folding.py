"""Reads bytes of any encoding as folded text: ASCII in which everything that looks alike is alike.

Accents go, every kind of space is a space, every dash is `-`, digits and letters of other forms are the plain ones,
invisible characters (those that copied telephone numbers are wrapped in) vanish. Lines stay lines.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

BLOCK = 4 * 1024 * 1024
"""Bytes folded at once."""

_OTHER = 0x7F
_FOLDED = (range(0x3100), range(0xFB00, 0xFFFF))  # ideographs, syllables and surrogates lie between
_GONE = 0
UNREADABLE = 0x1A
"""ASCII's own mark for what could not be decoded."""
_WIDE_CODECS = {"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"}
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEX_VALUE = np.full(256, 16, dtype=np.uint8)
for _digit in b"0123456789abcdefABCDEF":
    _HEX_VALUE[_digit] = int(chr(_digit), 16)


def readings(data: bytes, encoding: str | None) -> Iterator[Iterator[bytes]]:
    """Every way in which `data` may be read, each as blocks of folded text.

    Whatever was declared, bytes are read as UTF-8, and as cp1252 too if they turn out not to be UTF-8; the four
    encodings of the contract differ in nothing that a detector sees. UTF-16 and UTF-32 are recognised by their byte
    order mark, by their zero bytes, or taken from `encoding`; a mark may be false, so they are never the only reading.
    """
    wide = _wide_codec(data, encoding)
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    first = _Reading(data, wide or "utf-8")
    yield first.blocks()
    if first.is_lossy or wide:
        yield _Reading(data, "cp1252").blocks()


def _wide_codec(data: bytes, encoding: str | None) -> str | None:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return codec
    if b"\0" not in data[:BLOCK]:
        return None
    sample = np.frombuffer(data[:4096], dtype=np.uint8)
    even, odd = (float((sample[place::2] == 0).mean()) if len(sample) > place else 0.0 for place in (0, 1))
    if max(even, odd) > 0.4 and min(even, odd) < 0.1:
        return "utf-16-be" if even > odd else "utf-16-le"
    try:
        declared = codecs.lookup(encoding or "utf-8").name
    except (LookupError, ValueError):
        return None
    explicit = f"{declared}-le" if declared in ("utf-16", "utf-32") else declared
    return explicit if explicit in _WIDE_CODECS else None


class _Reading:
    """One pass over the bytes in one encoding; `is_lossy` is known when the pass has ended."""

    def __init__(self, data: bytes, codec: str) -> None:
        self._data = data.removeprefix(codecs.BOM_UTF8)
        self._decoder = codecs.getincrementaldecoder(codec)("strict")
        self._is_ascii_compatible = codec not in _WIDE_CODECS
        self.is_lossy = False

    def blocks(self) -> Iterator[bytes]:
        held = b""
        for start in range(0, len(self._data), BLOCK):
            block = self._data[start : start + BLOCK]
            final = start + BLOCK >= len(self._data)
            text = held + self._folded(block, final)
            # An escape such as \u0040 that the end of the block cuts waits for the next one.
            cut = text.rfind(b"\\", max(len(text) - 6, 0)) if not final else -1
            text, held = (text[:cut], text[cut:]) if cut >= 0 else (text, b"")
            yield _unescaped(text)

    def _folded(self, block: bytes, final: bool) -> bytes:
        if self._is_ascii_compatible and block.isascii() and not self._decoder.getstate()[0]:
            return block.replace(b"\0", b"")
        return _fold(self._decode(block, final))

    def _decode(self, block: bytes, final: bool) -> str:
        try:
            return self._decoder.decode(block, final)
        except UnicodeDecodeError:
            self.is_lossy = True
            self._decoder.errors = "replace"
            return self._decoder.decode(block, final)


def _fold(text: str) -> bytes:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    folded = _table()[np.minimum(points, 0xFFFF)]
    return bytes(folded[folded != _GONE])


def _unescaped(text: bytes) -> bytes:
    """JSON's way of writing characters, undone wherever it occurs; a line break written so becomes a space."""
    if b"\\" not in text:
        return text
    for written, meant in ((b"\\/", b"/"), (b"\\n", b" "), (b"\\r", b" "), (b"\\t", b" ")):
        text = text.replace(written, meant)
    letters = np.frombuffer(text, dtype=np.uint8).copy()
    places = np.flatnonzero((letters[:-5] == ord("\\")) & (letters[1:-4] == ord("u")))
    digits = _HEX_VALUE[letters[places[:, None] + np.arange(2, 6)]]
    is_escape = (digits < 16).all(axis=1)
    places = places[is_escape]
    folded = _table()[digits[is_escape].astype(np.uint16) @ np.array([4096, 256, 16, 1], dtype=np.uint16)]
    letters[places] = np.where((folded < ord(" ")) & (folded != _GONE), ord(" "), folded)
    letters[(places[:, None] + np.arange(1, 6)).ravel()] = _GONE
    return bytes(letters[letters != _GONE])


@cache
def _table() -> npt.NDArray[np.uint8]:
    """The folded byte of each character of the basic multilingual plane."""
    table = np.full(0x10000, ord("x"), dtype=np.uint8)
    for points in _FOLDED:
        table[points.start : points.stop] = [_fold_one(point) for point in points]
    table[0xFFFD], table[0xFFFF] = UNREADABLE, _OTHER
    return table


def _fold_one(point: int) -> int:
    if point < 0x80:
        return point
    character = chr(point)
    category = unicodedata.category(character)
    if category in ("Cf", "Mn"):
        return _GONE
    if category == "Zs":
        return ord(" ")
    if category == "Pd":
        return ord("-")
    if category == "Nd":
        return ord("0") + unicodedata.decimal(character)
    if character in "·•‧∙":
        return ord(".")
    if character in "ªº":
        return _OTHER
    plain = [part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)]
    if len(plain) == 1 and ord(plain[0]) < 0x80:
        return ord(plain[0])
    if len(plain) == 1 and unicodedata.category(plain[0]) == "Pd":
        return ord("-")
    return ord("x") if category.startswith("L") else _OTHER
