"""Bytes of a zip that belong to no entry are searched too: what is archived has been found clean throughout."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ingestion.gate.archive import envelope_limits, open_archive
from ingestion.loading.intake import load_landing
from ingestion.settings import Settings
from tests.deliveries import a_delivery

NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)
EMAIL = b"jeanne.dupont@example.org"


def rezipped(content: bytes, change: Callable[[zipfile.ZipFile, zipfile.ZipInfo], None]) -> bytes:
    """The same entries in a new zip, after `change` was applied to each entry's description."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            copy = zipfile.ZipInfo(info.filename)
            copy.compress_type = zipfile.ZIP_DEFLATED
            change(new, copy)
            new.writestr(copy, old.read(info))
    return target.getvalue()


def in_the_comment(content: bytes) -> bytes:
    def change(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        archive.comment = EMAIL

    return rezipped(content, change)


def in_an_entry_comment(content: bytes) -> bytes:
    def change(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        info.comment = EMAIL

    return rezipped(content, change)


def in_an_extra_field(content: bytes) -> bytes:
    def change(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        info.extra = struct.pack("<HH", 0x7075, len(EMAIL)) + EMAIL

    return rezipped(content, change)


def in_utf_16_in_the_comment(content: bytes) -> bytes:
    def change(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        archive.comment = EMAIL.decode().encode("utf-16-le")

    return rezipped(content, change)


def before_the_first_entry(content: bytes) -> bytes:
    return EMAIL + b"\n" + content


PLACES = [in_the_comment, in_utf_16_in_the_comment, in_an_entry_comment, in_an_extra_field, before_the_first_entry]


@pytest.mark.parametrize("hide", PLACES, ids=lambda place: place.__name__)
def test_what_is_personal_outside_of_every_entry_destroys_the_delivery(
    settings: Settings, hide: Callable[[bytes], bytes]
) -> None:
    path = a_delivery().land(settings)
    path.write_bytes(hide(path.read_bytes()))
    (outcome,) = load_landing(settings, now=lambda: NOW)
    assert outcome.status == "refused"
    assert not path.exists()
    forms = (EMAIL, EMAIL.decode().encode("utf-16-le"))
    contents = {file: file.read_bytes() for file in settings.data.rglob("*") if file.is_file()}
    left = [file for file, content in contents.items() if any(form in content for form in forms)]
    assert left == []


@pytest.mark.parametrize("hide", PLACES, ids=lambda place: place.__name__)
def test_the_same_places_with_harmless_words_refuse_nothing(
    settings: Settings, hide: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.EMAIL", b"produced by an export of the night")
    path = a_delivery().land(settings)
    path.write_bytes(hide(path.read_bytes()))
    (outcome,) = load_landing(settings, now=lambda: NOW)
    assert outcome.status == "accepted"


def test_bytes_behind_the_end_of_a_packed_stream_make_the_archive_unreadable() -> None:
    plain = b"x" * 1000
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(plain) + packer.flush() + EMAIL
    info = (20, 0, 8, 0, 0, zlib.crc32(plain), len(packed), len(plain), 5, 0)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", *info) + b"a.csv" + packed
    central = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, *info, 0, 0, 0, 0, 0) + b"a.csv"
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    finding = open_archive(local + central + end, envelope_limits()).finding
    assert finding is not None
    assert finding.rule == "T01"
