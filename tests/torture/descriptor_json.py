"""Spoils `datapackage.json`: members removed, retyped and exaggerated in the tree, and what only JSON text can say."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.torture import personal

Tree = dict[str, Any]
Place = tuple[Any, Any]
"""A container of the tree and the key or index of one of its members."""

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.5, -0.0, 1e308, 2**31, 2**40, 2**40 + 1, 2**63, 2**64, 10**400, "", " ", "0", "x",
    "null", "é" * 201, "a" * 300_000, "\0", "a\0b", "a\nb", "\x1b[31m", "\u202e", "\ud800", "😀", "\ufeff", "%s%n",
    "{gabarit}", "{0.__class__}", "=1+1", "<script>alert(1)</script>", "'; drop table raw.parcours; --", [], {}, [[]],
    [None], {"": ""}, [{}] * 51, {"name": {}}, {"$ref": "#"}, {"__proto__": {}},
)  # fmt: skip

TIMES = (
    "2021-12-31T22:00:00", "2021-12-31T22:00:00+00:00", "2021-12-31T22:00:00.000Z", "2021-12-31 22:00:00Z",
    "2021-12-31T24:00:00Z", "2021-12-31T23:59:60Z", "2021-02-30T00:00:00Z", "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "2021-W52-5T22:00:00Z",
    "٢٠٢١-١٢-٣١T٢٢:٠٠:٠٠Z", "2021-12-31t22:00:00z", "1640988000", "2021-12-31T22:00:00Z\n", "-2021-12-31T22:00:00Z",
)  # fmt: skip
DAYS = (
    "2021-02-29", "2021-13-01", "2021-00-10", "2021-1-1", "20211231", "2021-W52-5", "0000-01-01", "0001-01-01",
    "9999-12-31", "٢٠٢١-١٢-٣١", "2021-12-31\n", "31/12/2021", "2021-12-31T00:00:00Z", "1900-02-29",
)  # fmt: skip
SPECIAL: dict[str, tuple[Any, ...]] = {
    "created": TIMES,
    "from": DAYS,
    "to": DAYS,
    "contract": ("1", "1.0.0", "1.1", "2.0", "01.0", "1.0 ", 1.0, "v1.0", "99.99.99", "1.0\n"),
    "mode": ("FULL", "Full", "full ", "delta", "full\0", "replace"),
    "plie_id": ("plie-59-06", "PLIE-59-06 ", "PLIE-59-6", "PLIE-00-00", "PLIE-99-01", "../PLIE-59-06", "PLIE-５９-06"),
    "pseudonymisation": ("HMAC-SHA256", "sha256", "none", "hmac-sha256 ", "md5"),
    "encoding": (
        "UTF-8", "utf8", "utf-16", "utf_7", "cp1252 ", "latin-1", "idna", "punycode", "unicode_escape", "base64",
        "zlib_codec", "rot13", "mbcs", "undefined", "utf-8-sig", "iso-8859-15", "iso-8859-1", "cp1252", "utf-8",
    ),
    "path": (
        "../participants.csv", "/etc/passwd", "datapackage.json", "participants.csv", "etapes.csv",
        "PARTICIPANTS.CSV",
        "http://exemple.fr/a.csv", "a/../etapes.csv", "etapes.csv\0", ".", "..", "C:\\a.csv", "~/a.csv",
    ),
    "name": ("participants", "etapes", "suppressions", "Participants", "participants ", "personnes", "raw.parcours"),
    "hash": ("sha256:", "sha256:" + "0" * 64, "SHA256:" + "a" * 64, "md5:" + "0" * 32, "0" * 64,
    "sha256:" + "g" * 64),
    "rows": (-1, 0, 2**31, 2**63, 1e3, "4", 3, 5),
    "bytes": (-1, 0, 2**31, 2**63, 1e3, "100"),
}  # fmt: skip


def _places(tree: Any) -> Iterator[Place]:
    members = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, child in members:
        yield tree, key
        yield from _places(child)


def member_removed(rng: random.Random, tree: Tree) -> None:
    holder, key = rng.choice(list(_places(tree)))
    del holder[key]


def member_retyped(rng: random.Random, tree: Tree) -> None:
    holder, key = rng.choice(list(_places(tree)))
    holder[key] = rng.choice(VALUES)


def member_wrapped(rng: random.Random, tree: Tree) -> None:
    holder, key = rng.choice(list(_places(tree)))
    holder[key] = rng.choice([[holder[key]], {"valeur": holder[key]}, json.dumps(holder[key])])


def member_special(rng: random.Random, tree: Tree) -> None:
    known = [place for place in _places(tree) if place[1] in SPECIAL]
    if known:
        holder, key = rng.choice(known)
        holder[key] = rng.choice(SPECIAL[key])


def members_exchanged(rng: random.Random, tree: Tree) -> None:
    (one, first), (other, second) = rng.choices(list(_places(tree)), k=2)
    one[first], other[second] = other[second], one[first]


def member_added(rng: random.Random, tree: Tree) -> None:
    holder = rng.choice([tree, *(child for at, key in _places(tree) if isinstance(child := at[key], dict))])
    holder[rng.choice(["", "nom", "x" * 5000, "\ud800", "a\0", "schema", "dialect", "$schema", "path "])] = rng.choice(
        VALUES
    )


def member_personal(rng: random.Random, tree: Tree) -> None:
    holder, key = rng.choice(list(_places(tree)))
    if rng.random() < 0.5:
        holder[key] = personal.value(rng)
    elif isinstance(holder, dict):
        holder[personal.value(rng)] = 1


def resource_repeated(rng: random.Random, tree: Tree) -> None:
    resources = tree.get("resources")
    if isinstance(resources, list) and resources:
        again = rng.choice(resources)
        resources += [dict(again) if isinstance(again, dict) else again] * rng.choice([1, 2, 60, 3000])


TreeMutator = Callable[[random.Random, Tree], None]
TREE_MUTATORS: tuple[TreeMutator, ...] = (
    member_removed, member_retyped, member_wrapped, member_special, members_exchanged, member_added, member_personal,
    resource_repeated,
)  # fmt: skip


def key_twice(rng: random.Random, text: bytes) -> bytes:
    key = rng.choice([b'"plie"', b'"created"', b'"resources"', b'"name"', b'"rows"', b'"contract"', b'"\\u0070lie"'])
    return text.replace(b"{", b"{" + key + b":" + rng.choice([b"1", b"{}", b"[]", b'"x"']) + b",", rng.randint(1, 4))


def no_number(rng: random.Random, text: bytes) -> bytes:
    number = rng.choice(
        [b"NaN", b"-Infinity", b"1e999", b"-0", b"01", b"1.", b"0x10", b"9" * 5000, b"1e5", b"4.0", b"1E400", b"+1"]
    )
    return text.replace(b'"rows": ' if rng.random() < 0.5 else b'"bytes": ', b'"rows": ' + number + b', "x": ', 1)


def deep(rng: random.Random, text: bytes) -> bytes:
    levels = rng.choice([5, 7, 8, 9, 10, 50, 500, 990, 1000, 5000, 100_000])
    opening, closing = rng.choice([(b"[", b"]"), (b'{"a":', b"}")])
    inside = opening * levels + (b"1" if opening != b"[" else b"") + closing * rng.choice([levels, 0])
    return inside if rng.random() < 0.3 else text.replace(b"{", b'{"x":' + inside + b",", 1)


def other_encoding(rng: random.Random, text: bytes) -> bytes:
    decoded = text.decode("utf-8", "replace")
    return rng.choice(
        [
            b"\xef\xbb\xbf" + text, b"\xef\xbb\xbf" * 2 + text, decoded.encode("utf-16"), decoded.encode("utf-16-be"),
            decoded.encode("utf-32"), decoded.encode("cp1252", "replace"), decoded.encode("utf-7"), b"\0" + text,
            text.replace(b"e", b"\xe9", 1), text.replace(b'"name"', b'"n\\u00e9"'), text.replace(b"a", b"\xc1\xa1",
            2),
        ]
    )  # fmt: skip


def no_json(rng: random.Random, text: bytes) -> bytes:
    return rng.choice(
        [
            b"", b" ", b"null", b"[]", b"{}", b'"x"', b"0", b"<?xml version='1.0'?>", text + b"x", text + text,
            b"// x\n" + text, text.replace(b'"',
            b"'"), text.replace(b"}", b",}"), text[: rng.randrange(len(text) + 1)],
            b" " * 300_000 + text, text.replace(b": ", b":" + b" " * 1000), text.replace(b'"', b'"\\ud83d', 3),
        ]
    )  # fmt: skip


TextMutator = Callable[[random.Random, bytes], bytes]
TEXT_MUTATORS: tuple[TextMutator, ...] = (key_twice, no_number, deep, other_encoding, no_json)
