"""Archives that cannot be read (T01) or cannot be trusted (T02)."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.gate import Examination, examine
from tests.deliveries import PLIE, a_delivery, zipped

NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)


def examined(content: bytes, folder: Path) -> Examination:
    path = folder / a_delivery().file_name
    path.write_bytes(content)
    return examine(path, PLIE, now=NOW)


def with_entry(name: str, attributes: int = 0) -> bytes:
    buffer = io.BytesIO(a_delivery().zipped())
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = attributes << 16
        archive.writestr(info, b"x")
    return buffer.getvalue()


def with_flag(bit: int) -> bytes:
    """A flag set in the directory and before each entry."""
    content = bytearray(a_delivery().zipped())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = -1
        while (place := content.find(signature, place + 1)) >= 0:
            content[place + offset] |= bit
    return bytes(content)


def declaring(entry: str, size: int) -> bytes:
    """The archive with another unzipped size declared for one entry, in the directory and before the entry."""
    true_size = len(a_delivery().entries()[entry])
    content = a_delivery().zipped()
    return content.replace(true_size.to_bytes(4, "little"), size.to_bytes(4, "little"))


def compressed(method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in a_delivery().entries().items():
            archive.writestr(name, content)
    return buffer.getvalue()


ARCHIVES: list[tuple[str, str, Callable[[], bytes]]] = [
    ("T01", "no zip", lambda: b"PLIE"),
    ("T01", "nothing", lambda: b""),
    ("T01", "a truncated zip", lambda: a_delivery().zipped()[:-30]),
    ("T01", "half a zip", lambda: a_delivery().zipped()[:600]),
    ("T01", "a spoiled entry", lambda: a_delivery().zipped().replace(b"PK\x03\x04", b"PK\x03\x05", 1)),
    ("T01", "an entry longer than it declares", lambda: declaring("etapes.csv", 5)),
    ("T01", "an entry shorter than it declares", lambda: declaring("etapes.csv", 5000)),
    ("T02", "over a GiB unzipped", lambda: declaring("etapes.csv", 2**30 + 1)),
    ("T02", "too many entries", lambda: zipped(a_delivery().entries() | {f"n{n}.csv": b"x" for n in range(8)})),
    ("T02", "far too many entries", lambda: zipped({f"n{n}.csv": b"" for n in range(5000)})),
    ("T02", "a path upwards", lambda: with_entry("../etapes.csv")),
    ("T02", "an absolute path", lambda: with_entry("/etc/etapes.csv")),
    ("T02", "a Windows path", lambda: with_entry("C:\\etapes.csv")),
    ("T02", "a folder", lambda: with_entry("dossier/")),
    ("T02", "a file in a folder", lambda: with_entry("dossier/etapes.csv")),
    ("T02", "a link", lambda: with_entry("lien.csv", stat.S_IFLNK | 0o777)),
    ("T02", "a device", lambda: with_entry("disque.csv", stat.S_IFBLK | 0o777)),
    ("T02", "a name twice", lambda: with_entry("etapes.csv")),
    ("T02", "a name twice but for its case", lambda: with_entry("ETAPES.csv")),
    ("T02", "an absurd name", lambda: with_entry("a" * 5000)),
    ("T02", "a name of control characters", lambda: with_entry("a\x1b[2J.csv")),
    ("T02", "encryption", lambda: with_flag(0x01)),
    ("T02", "a compression that few can read", lambda: compressed(zipfile.ZIP_LZMA)),
    ("T02", "a bomb", lambda: zipped(a_delivery().entries() | {"zeros.csv": bytes(20_000_000)})),
]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("rule", "make"), [pytest.param(rule, make, id=f"{rule} {what}") for rule, what, make in ARCHIVES]
)
def test_an_archive_that_cannot_be_trusted_is_not_opened(tmp_path: Path, rule: str, make: Callable[[], bytes]) -> None:
    examination = examined(make(), tmp_path)
    assert (examination.status, [finding.rule for finding in examination.findings]) == ("refused", [rule])


def test_an_archive_over_the_limit_of_size_is_hashed_but_not_read(tmp_path: Path) -> None:
    path = tmp_path / a_delivery().file_name
    with path.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    examination = examine(path, PLIE, now=NOW)
    assert [finding.rule for finding in examination.findings] == ["T02"]
    assert (examination.size, len(examination.sha256)) == (64 * 1024 * 1024 + 1, 64)


def test_a_link_in_place_of_a_delivery_is_not_followed(tmp_path: Path) -> None:
    target = a_delivery().write(tmp_path / "elsewhere")
    (tmp_path / target.name).symlink_to(target)
    with pytest.raises(OSError, match="symbolic links"):
        examine(tmp_path / target.name, PLIE, now=NOW)


def test_an_archive_of_stored_entries_is_as_good_as_a_compressed_one(tmp_path: Path) -> None:
    assert examined(compressed(zipfile.ZIP_STORED), tmp_path).status == "accepted"
