"""Personal data that mutants carry, made up, and the search for it in everything that a data root holds afterwards."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

VALUES = (
    "1 85 05 78 006 084 91", "185057800608491", "jeanne.martin@exemple.fr", "06 12 34 56 78", "+33 6 12 34 56 78",
    "01.42.60.38.11", "FR76 3000 6000 0112 3456 7890 189",
)  # fmt: skip
"""Numbers with valid keys and an address, as people write them (rules P01, P02, P03, P06)."""
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
_NEEDLES = tuple(value.encode(encoding) for value in VALUES for encoding in ENCODINGS)
_LARGEST = 5_000_000


def value(rng: random.Random) -> str:
    """One of them."""
    return rng.choice(VALUES)


def holds_personal_data(content: bytes) -> bool:
    """Whether one of the values stands in these bytes, or in those of an entry if they are a zip."""
    return any(needle in piece for piece in _opened(content) for needle in _NEEDLES)


def _opened(content: bytes) -> Iterator[bytes]:
    yield content
    if b"PK\x03\x04" in content or b"PK\x05\x06" in content:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for info in archive.infolist():
                    if info.file_size < _LARGEST:
                        yield archive.read(info)
        except Exception:
            return


def strays(data: Path) -> list[str]:
    """Files below a data root, landing apart, in which one of the values stands."""
    files = (path for path in sorted(data.rglob("*")) if path.is_file() and data / "landing" not in path.parents)
    return [
        str(path.relative_to(data))
        for path in files
        if holds_personal_data(path.read_bytes()) or any(value in path.name for value in VALUES)
    ]
