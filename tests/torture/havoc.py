"""Byte-level havoc: what lines, disks and careless programs do to a file, without knowing what the file is."""

from __future__ import annotations

import random

INTERESTING = (
    b"", b"\0", b"\xff", b"\n", b"\r", b'"', b";", b",",
    b"\\", b"\x7f", b"\x80", b"\x1a", b"\xef\xbb\xbf", b"\xff\xfe",
    b"\xff\xff\xff\xff", b"\0\0\0\x80", b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x07\x08",
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"NaN", b"-1", b"9" * 400, b"{", b"[", b"}", b"%n%s", b"../",
)  # fmt: skip


def spoil(rng: random.Random, content: bytes, other: bytes = b"") -> bytes:
    """`content` after one to eight random changes; `other` is what pieces may be taken from."""
    spoiled = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        _change(rng, spoiled, other)
    return bytes(spoiled)


def _change(rng: random.Random, spoiled: bytearray, other: bytes) -> None:
    kind = rng.randrange(9)
    place = rng.randrange(len(spoiled) + 1)
    length = rng.choice([1, 1, 2, 4, 16, 100, 1000])
    if kind == 0 and place < len(spoiled):
        spoiled[place] ^= 1 << rng.randrange(8)
    elif kind == 1 and place < len(spoiled):
        spoiled[place] = rng.randrange(256)
    elif kind == 2:
        del spoiled[place : place + length]
    elif kind == 3:
        spoiled[place:place] = rng.randbytes(length)
    elif kind == 4:
        spoiled[place:place] = rng.choice(INTERESTING)
    elif kind == 5:
        piece = rng.choice(INTERESTING)
        spoiled[place : place + len(piece)] = piece
    elif kind == 6:
        spoiled[place:place] = spoiled[rng.randrange(len(spoiled) + 1) :][:length]
    elif kind == 7 and other:
        spoiled[place : place + length] = other[rng.randrange(len(other)) :][:length]
    elif kind == 8 and rng.random() < 0.3:
        del spoiled[place:]
