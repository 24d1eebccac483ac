"""Spoils the zip container of a sound delivery: its headers, its directory, its entry names, what surrounds it."""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable

from tests.torture import personal
from tests.torture.raw_zip import (
    CENTRAL_FIELDS,
    END64_FIELDS,
    END_FIELDS,
    LOCAL_FIELDS,
    LOCATOR64_FIELDS,
    Fields,
    RawEntry,
    RawZip,
)

NUMBERS = (
    0, 1, 2, 5, 7, 8, 9, 12, 14, 20, 45, 63, 64, 93, 95, 97, 99, 255, 1000, 4096, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF,
    0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, 2**62, 2**63 - 1, 2**63, 2**64 - 2, 2**64 - 1,
)  # fmt: skip
NAMES = (
    b"", b".", b"..", b"../participants.csv", b"..\\..\\etapes.csv", b"/etc/cron.d/plie", b"\\\\serveur\\part\\a.csv",
    b"C:\\Windows\\a.csv", b"C:etapes.csv", b"./etapes.csv", b"dossier/", b"dossier/etapes.csv", b"etapes.csv\0.exe",
    b"\0", b"a\nb.csv", b"a\rb.csv", b"\x1b[2J.csv", b"\x7f.csv", b"con", b"nul.csv", b"aux.", b"etapes.csv ",
    b" etapes.csv", b"etapes.csv.", b"ETAPES.CSV", b"Datapackage.json", b"datapackage.json.bak", b"~$etapes.csv",
    b"%2e%2e%2fetapes.csv", b"{gabarit}.csv", b"%s%n.csv", b"=cmd|'/C calc'!A1.csv", b"a" * 99, b"a" * 101,
    b"a" * 4000, b"\xff\xfe\xfd.csv", b"\xc3\x28.csv", "étapes.csv".encode(), "étapes.csv".encode("cp437"),
    "e\u0301tapes.csv".encode(), "\u202evsc.sepate.csv".encode(), "\u200betapes.csv".encode(),
    "ｅtapes.csv".encode(), "ſorties.csv".encode(), "\ud800.csv".encode("utf-8", "surrogatepass"),
    "😀.csv".encode(), "\ufeffetapes.csv".encode(), "İ.csv".encode(), "．．/a".encode(), "a\u2028b.csv".encode(),
)  # fmt: skip
KINDS = (stat.S_IFLNK, stat.S_IFBLK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR, 0o170000)

Mutator = Callable[[random.Random, RawZip], None]


def _entry(rng: random.Random, archive: RawZip) -> RawEntry:
    return rng.choice(archive.entries)


def _lie(rng: random.Random, fields: Fields, names: tuple[str, ...], true: int = 0) -> None:
    name = rng.choice(names)
    if name == "signature":
        fields[name] = rng.randbytes(4)
    else:
        fields[name] = rng.choice([*NUMBERS, true + 1, max(true - 1, 0), rng.getrandbits(16), rng.getrandbits(64)])


def lying_local_header(rng: random.Random, archive: RawZip) -> None:
    entry = _entry(rng, archive)
    _lie(rng, entry.local, LOCAL_FIELDS, len(entry.content))


def lying_directory(rng: random.Random, archive: RawZip) -> None:
    entry = _entry(rng, archive)
    _lie(rng, entry.central, CENTRAL_FIELDS, len(entry.content))


def lying_headers_alike(rng: random.Random, archive: RawZip) -> None:
    entry = _entry(rng, archive)
    _lie(rng, entry.central, ("flags", "method", "crc", "packed", "size"), len(entry.content))
    entry.local |= entry.central


def lying_end(rng: random.Random, archive: RawZip) -> None:
    _lie(rng, archive.end, END_FIELDS, len(archive.entries))


def lying_zip64(rng: random.Random, archive: RawZip) -> None:
    archive.has_end64 = True
    for _ in range(rng.randint(0, 2)):
        _lie(rng, archive.end64, END64_FIELDS, len(archive.entries))
    if rng.random() < 0.3:
        _lie(rng, archive.locator64, LOCATOR64_FIELDS)
    if rng.random() < 0.5:
        archive.end |= {"entries": 0xFFFF, "entries_here": 0xFFFF, "size": 0xFFFFFFFF, "offset": 0xFFFFFFFF}


def lying_zip64_extra(rng: random.Random, archive: RawZip) -> None:
    entry = _entry(rng, archive)
    numbers = [rng.choice([len(entry.content), 0, *NUMBERS]) & (2**64 - 1) for _ in range(3)]
    body = struct.pack("<QQQ", *numbers)[: rng.choice([0, 7, 8, 16, 24])]
    entry.extra = struct.pack("<HH", 1, rng.choice([len(body), 0, 24, 0xFFFF])) + body
    entry.central |= dict.fromkeys(rng.sample(["size", "packed", "offset"], rng.randint(1, 3)), 0xFFFFFFFF)


def odd_extra(rng: random.Random, archive: RawZip) -> None:
    entry = _entry(rng, archive)
    kind = rng.choice([0x0001, 0x7075, 0x6375, 0x9901, 0x5455, 0x000A, rng.getrandbits(16)])
    body = rng.randbytes(rng.choice([0, 1, 3, 5, 40, 3000]))
    extra = struct.pack("<HH", kind, rng.choice([len(body), len(body) + 9, 0])) + body
    if rng.random() < 0.5:
        entry.extra = extra
    else:
        entry.local_extra = extra


def odd_flag(rng: random.Random, archive: RawZip) -> None:
    entry = _entry(rng, archive)
    flag = 1 << rng.randrange(16)
    if rng.random() < 0.8:
        entry.central["flags"] = flag
    if rng.random() < 0.8:
        entry.local["flags"] = flag


def odd_method(rng: random.Random, archive: RawZip) -> None:
    entry = _entry(rng, archive)
    entry.central["method"] = entry.local["method"] = rng.randrange(100)


def odd_name(rng: random.Random, archive: RawZip) -> None:
    entry = _entry(rng, archive)
    entry.name = rng.choice(NAMES)
    if rng.random() < 0.3:
        entry.central["flags"] = entry.local["flags"] = rng.choice([0, 0x800])


def two_names(rng: random.Random, archive: RawZip) -> None:
    entry = _entry(rng, archive)
    entry.local_name = rng.choice([*NAMES, rng.choice(archive.entries).name])


def same_name_twice(rng: random.Random, archive: RawZip) -> None:
    first = _entry(rng, archive)
    name = rng.choice([first.name, first.name.upper(), first.name + b"\0", first.name.replace(b"s", "ſ".encode())])
    archive.entries.insert(rng.randint(0, len(archive.entries)), RawEntry(name, rng.choice([first.content, b"x"])))


def entry_added(rng: random.Random, archive: RawZip) -> None:
    contents = (b"", b"x", b"nom;prenom\nA;B\n", bytes(5000), rng.randbytes(900))
    for _ in range(rng.choice([1, 1, 1, 6, 7, 8, 9, 40])):
        name = rng.choice([*NAMES, b"n%d.csv" % rng.getrandbits(20), b"lisezmoi.txt"])
        archive.entries.append(RawEntry(name, rng.choice(contents), method=rng.choice([0, 8])))


def entry_removed(rng: random.Random, archive: RawZip) -> None:
    archive.entries.remove(_entry(rng, archive))


def no_plain_file(rng: random.Random, archive: RawZip) -> None:
    _entry(rng, archive).central["external"] = (rng.choice(KINDS) | 0o777) << 16 | rng.choice([0, 0x10, 0xFFFF])


def overlapping_entries(rng: random.Random, archive: RawZip) -> None:
    _entry(rng, archive).shares_offset_of = rng.randrange(len(archive.entries))


def bomb(rng: random.Random, archive: RawZip) -> None:
    size = rng.choice([10_000, 100_000, 1_000_000, 4_000_000])
    content = rng.choice([bytes(size), b";" * size, b"a;b\n" * (size // 4), b'"' * size, b"[" * size, b"\n" * size])
    if rng.random() < 0.5:
        archive.entries.append(RawEntry(b"zeros.csv", content))
    else:
        entry = _entry(rng, archive)
        entry.content = content
        if rng.random() < 0.5:
            entry.central["size"] = entry.local["size"] = rng.choice([100, size - 1, size + 1])


def nested_zip(rng: random.Random, archive: RawZip) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as nested:
        for number in range(rng.choice([1, 5, 60])):
            nested.writestr(f"{number}.csv", b"x")
    archive.entries.append(RawEntry(b"interieur.zip", inner.getvalue(), method=rng.choice([0, 8])))


def spoiled_stream(rng: random.Random, archive: RawZip) -> None:
    entry = _entry(rng, archive)
    stream = bytearray(entry.stream())
    kind = rng.randrange(4)
    if kind == 0:
        del stream[rng.randrange(len(stream) + 1) :]
    elif kind == 1:
        stream += rng.randbytes(rng.choice([1, 50, 2000]))
    elif stream:
        stream[rng.randrange(len(stream))] ^= 1 << rng.randrange(8)
    entry.packed = bytes(stream)


def comments(rng: random.Random, archive: RawZip) -> None:
    text = rng.choice([b"x", b"PK\x05\x06" + bytes(18), b"PK\x01\x02" * 60, rng.randbytes(300), bytes(65535)])
    if rng.random() < 0.5:
        archive.comment = text
    else:
        _entry(rng, archive).comment = text[:60000]


def surroundings(rng: random.Random, archive: RawZip) -> None:
    junk = rng.choice([b"MZ", b"%PDF-1.7", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), rng.randbytes(70), bytes(70000)])
    setattr(archive, rng.choice(["prefix", "between", "suffix"]), junk)


def entries_shuffled(rng: random.Random, archive: RawZip) -> None:
    rng.shuffle(archive.entries)


def personal_bytes(rng: random.Random, archive: RawZip) -> None:
    """Where no reader looks: comments, extra fields, gaps; or in an entry that is declared nowhere."""
    encoding = rng.choice(personal.ENCODINGS)
    # A byte of a length before it may be a letter in UTF-16, and a number glued to a letter is none.
    text = (personal.value(rng) if encoding == "utf-8" else f" {personal.value(rng)} ").encode(encoding)
    entry, place = _entry(rng, archive), rng.randrange(7)
    if place == 0:
        archive.comment = text
    elif place == 1:
        entry.comment = text
    elif place == 2:
        entry.extra = struct.pack("<HH", 0xCAFE, len(text)) + text
    elif place == 3:
        entry.local_extra = struct.pack("<HH", 0xCAFE, len(text)) + text
    elif place == 4:
        setattr(archive, rng.choice(["prefix", "between", "suffix"]), text)
    elif place == 5:
        entry.packed = entry.stream() + text
    else:
        archive.entries.append(RawEntry(rng.choice([b"notes.txt", text]), text, method=rng.choice([0, 8])))


MUTATORS: tuple[Mutator, ...] = (
    lying_local_header, lying_directory, lying_headers_alike, lying_end, lying_zip64, lying_zip64_extra, odd_extra,
    odd_flag, odd_method, odd_name, two_names, same_name_twice, entry_added, entry_removed, no_plain_file,
    overlapping_entries, bomb, nested_zip, spoiled_stream, comments, surroundings, entries_shuffled, personal_bytes,
)  # fmt: skip
