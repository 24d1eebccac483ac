"""Writes zip archives field by field, so that every field can lie; the standard library writes honest ones only."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

LOCAL = "<4sHHHHHIIIHH"
CENTRAL = "<4sHHHHHHIIIHHHHHII"
END = "<4sHHHHIIH"
END64 = "<4sQHHIIQQQQ"
LOCATOR64 = "<4sIQI"

LOCAL_FIELDS = (
    "signature", "version", "flags", "method", "time", "date", "crc", "packed", "size", "name_length", "extra_length",
)  # fmt: skip
CENTRAL_FIELDS = (
    "signature", "made_by", "version", "flags", "method", "time", "date", "crc", "packed", "size", "name_length",
    "extra_length", "comment_length", "disk", "internal", "external", "offset",
)  # fmt: skip
END_FIELDS = ("signature", "disk", "start_disk", "entries_here", "entries", "size", "offset", "comment_length")
END64_FIELDS = (
    "signature", "record_size", "made_by", "version", "disk", "start_disk", "entries_here", "entries", "size",
    "offset",
)  # fmt: skip
LOCATOR64_FIELDS = ("signature", "disk", "offset", "disks")

Fields = dict[str, bytes | int]


@dataclass
class RawEntry:
    """One entry. `local` and `central` replace fields of its two headers; `packed` replaces its compressed bytes."""

    name: bytes
    content: bytes
    method: int = 8
    packed: bytes | None = None
    local_name: bytes | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    comment: bytes = b""
    local: Fields = field(default_factory=dict)
    central: Fields = field(default_factory=dict)
    shares_offset_of: int | None = None

    def stream(self) -> bytes:
        """The bytes that stand in the archive for the content."""
        if self.packed is not None:
            return self.packed
        if self.method != 8:
            return self.content
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        return packer.compress(self.content) + packer.flush()


@dataclass
class RawZip:
    """An archive in parts. `end`, `end64` and `locator64` replace fields of the closing records."""

    entries: list[RawEntry]
    prefix: bytes = b""
    between: bytes = b""
    suffix: bytes = b""
    comment: bytes = b""
    end: Fields = field(default_factory=dict)
    end64: Fields = field(default_factory=dict)
    locator64: Fields = field(default_factory=dict)
    has_end64: bool = False

    def written(self) -> bytes:
        """The archive's bytes."""
        body = bytearray(self.prefix)
        offsets = []
        for entry in self.entries:
            offsets.append(len(body))
            body += _local(entry) + entry.stream() + self.between
        start = len(body)
        for entry, offset in zip(self.entries, offsets, strict=True):
            shared = entry.shares_offset_of
            body += _central(entry, offset if shared is None else offsets[shared % len(offsets)])
        return bytes(body) + self._ending(start, len(body) - start) + self.suffix

    def _ending(self, start: int, size: int) -> bytes:
        count = len(self.entries)
        ending = b""
        if self.has_end64:
            true64: Fields = {"signature": b"PK\x06\x06", "record_size": 44, "made_by": 45, "version": 45}
            true64 |= {"disk": 0, "start_disk": 0, "entries_here": count, "entries": count}
            ending += _packed(END64, END64_FIELDS, true64 | {"size": size, "offset": start} | self.end64)
            locator: Fields = {"signature": b"PK\x06\x07", "disk": 0, "offset": start + size, "disks": 1}
            ending += _packed(LOCATOR64, LOCATOR64_FIELDS, locator | self.locator64)
        true: Fields = {"signature": b"PK\x05\x06", "disk": 0, "start_disk": 0, "entries_here": count}
        true |= {"entries": count, "size": size, "offset": start, "comment_length": len(self.comment)}
        return ending + _packed(END, END_FIELDS, true | self.end) + self.comment


def _local(entry: RawEntry) -> bytes:
    name = entry.name if entry.local_name is None else entry.local_name
    fields = _shared(entry) | {"signature": b"PK\x03\x04", "version": 20}
    fields |= {"name_length": len(name), "extra_length": len(entry.local_extra)}
    return _packed(LOCAL, LOCAL_FIELDS, fields | entry.local) + name + entry.local_extra


def _central(entry: RawEntry, offset: int) -> bytes:
    fields = _shared(entry) | {"signature": b"PK\x01\x02", "version": 20, "made_by": 0x0314, "disk": 0, "internal": 0}
    fields |= {"external": 0o100644 << 16, "offset": offset, "name_length": len(entry.name)}
    fields |= {"extra_length": len(entry.extra), "comment_length": len(entry.comment)}
    header = _packed(CENTRAL, CENTRAL_FIELDS, fields | entry.central)
    return header + entry.name + entry.extra + entry.comment


def _shared(entry: RawEntry) -> Fields:
    is_ascii = entry.name.isascii()
    return {
        "flags": 0 if is_ascii else 0x800,
        "method": entry.method,
        "time": 0xB000,
        "date": 0x539F,
        "crc": zlib.crc32(entry.content),
        "packed": len(entry.stream()),
        "size": len(entry.content),
    }


def _packed(form: str, names: tuple[str, ...], fields: Fields) -> bytes:
    """The record; a number too large for its place is cut to it."""
    widths = {"H": 0xFFFF, "I": 0xFFFFFFFF, "Q": 0xFFFFFFFFFFFFFFFF}
    codes = form.removeprefix("<").replace("4s", "s")
    values = []
    for code, name in zip(codes, names, strict=True):
        value = fields[name]
        values.append(value if isinstance(value, bytes) else value & widths[code])
    return struct.pack(form, *values)
