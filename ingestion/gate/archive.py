"""Opens the zip of a delivery without trusting it: limits first, then the bytes of its entries, in memory only."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.contract import Limits, known_contracts
from ingestion.gate.finding import Finding, found

_DIRECTORY_RECORD = b"PK\x01\x02"
_ENCRYPTED = 0x1 | 0x40
_NAME_LENGTH = 100
_LOCAL_HEADER = struct.Struct("<4s22xHH")
"""Signature, and lengths of the name and of the extra field that follow it."""
_PRINTABLE = bytes(code if 32 <= code < 127 else 10 for code in range(256))


@dataclass(frozen=True)
class Archive:
    """Bytes of each entry by its name, or the finding that kept the archive shut."""

    entries: dict[str, bytes]
    finding: Finding | None = None
    around: bytes = b""
    """What is in the file but in no entry (comments, extra fields, gaps), as text lines, for the privacy scan."""


def envelope_limits() -> Limits:
    """What any known version of the contract allows: the version of a delivery is known only once it is open."""
    limits = [contract.limits for contract in known_contracts().values()]
    return Limits(
        zip_bytes=max(limit.zip_bytes for limit in limits),
        unzipped_bytes=max(limit.unzipped_bytes for limit in limits),
        entries=max(limit.entries for limit in limits),
        ratio=max(limit.ratio for limit in limits),
    )


def open_archive(content: bytes, limits: Limits) -> Archive:
    """The entries of a zip that is whole (T01) and within the limits (T02).

    No path of the archive is ever used as a path, and nothing is unpacked before every declared size has been looked
    at. A stream is never read beyond the size declared for it.
    """
    # The directory is counted before the zip module reads it: a hostile one can hold a million entries.
    if len(content) > limits.zip_bytes or content.count(_DIRECTORY_RECORD) > 4 * limits.entries:
        return Archive({}, found("T02"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if not _is_within(infos, len(content), limits):
                return Archive({}, found("T02"))
            spans = [_span(content, info) for info in infos]
            entries = {
                info.filename: _unpack(content[start:end], info)
                for info, (start, end) in zip(infos, spans, strict=True)
            }
            return Archive(entries, around=_around(content, spans, entries))
    except Exception:
        # The zip module stumbles over hostile bytes in many ways (overflows, struct and decompression errors): all say
        # the same to a sender.
        return Archive({}, found("T01"))


def _is_within(infos: list[zipfile.ZipInfo], zipped: int, limits: Limits) -> bool:
    unzipped = sum(info.file_size for info in infos)
    names = {info.filename.casefold() for info in infos}
    return (
        len(infos) <= limits.entries
        and len(names) == len(infos)
        and unzipped <= limits.unzipped_bytes
        and unzipped <= limits.ratio * zipped
        and all(_is_plain_file(info) for info in infos)
    )


def _is_plain_file(info: zipfile.ZipInfo) -> bool:
    name = info.orig_filename
    kind = stat.S_IFMT(info.external_attr >> 16)
    return (
        0 < len(name) <= _NAME_LENGTH
        and name.isprintable()
        and not set(name) & set("/\\:")
        and ".." not in name
        and name != "."
        and kind in (0, stat.S_IFREG)
        and not info.flag_bits & _ENCRYPTED
        and info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )


def _span(content: bytes, info: zipfile.ZipInfo) -> tuple[int, int]:
    """Where the packed bytes of an entry begin and end in the file."""
    signature, names, extra = _LOCAL_HEADER.unpack_from(content, info.header_offset)
    start = info.header_offset + _LOCAL_HEADER.size + names + extra
    if signature != b"PK\x03\x04" or start + info.compress_size > len(content):
        raise zipfile.BadZipFile("an entry is not where the directory says")
    return start, start + info.compress_size


def _unpack(packed: bytes, info: zipfile.ZipInfo) -> bytes:
    """The content of an entry; its packed bytes hold nothing else, since nobody would read what lies behind."""
    if info.compress_type == zipfile.ZIP_STORED:
        content = packed
    else:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        content = stream.decompress(packed, info.file_size + 1)
        if not stream.eof or stream.unused_data:
            raise zipfile.BadZipFile("an entry does not end where it is said to")
    if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
        raise zipfile.BadZipFile("an entry is not what it is declared to be")
    return content


def _around(content: bytes, spans: list[tuple[int, int]], names: Iterable[str]) -> bytes:
    """The bytes outside of every span as lines of printable text, read as single bytes and as UTF-16.

    Signatures and names of entries become lines of their own, so that what stands next to them is glued to nothing.
    """
    parts, position = [], 0
    for start, end in sorted(spans):
        if start < position:
            raise zipfile.BadZipFile("two entries overlap")
        parts.append(content[position:start])
        position = end
    outside = b"\n".join([*parts, content[position:]])
    for own in (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", *(name.encode() for name in names)):
        outside = outside.replace(own, b"\n" + own + b"\n")
    return b"\n".join(text.translate(_PRINTABLE) for text in (outside, outside.replace(b"\0", b"")))
