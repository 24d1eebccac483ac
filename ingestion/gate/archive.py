"""Opens the zip of a delivery without trusting it: limits first, then the bytes of its entries, in memory only."""

from __future__ import annotations

import io
import stat
import zipfile
from dataclasses import dataclass

from ingestion.contract import Limits, known_contracts
from ingestion.gate.finding import Finding, found

_DIRECTORY_RECORD = b"PK\x01\x02"
_ENCRYPTED = 0x1 | 0x40
_NAME_LENGTH = 100


@dataclass(frozen=True)
class Archive:
    """Bytes of each entry by its name, or the finding that kept the archive shut."""

    entries: dict[str, bytes]
    finding: Finding | None = None


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
            return Archive({info.filename: _read(archive, info) for info in infos})
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


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    content = archive.read(info)
    if len(content) != info.file_size:
        raise zipfile.BadZipFile("an entry is shorter than declared")
    return content
