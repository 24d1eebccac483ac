"""The version of the code that decides figures, by its content: what an edition and a run of the gate were made by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ingestion.settings import PROJECT_ROOT

CODE = ("consolidation", "dbt_project", "dbt_project.yml", "ingestion", "quality", "uv.lock")
"""Rooms and files in which a change may change a figure, a check or what is hidden."""
SUFFIXES = (".csv", ".j2", ".json", ".lock", ".py", ".sql", ".toml", ".yml")
"""Kinds of files that decide anything: what an editor or a run leaves beside them changes no version."""


@cache
def code_version() -> str:
    """The first 16 hexadecimal digits of a SHA-256 over names and contents of `CODE`; the same on every machine."""
    digest = hashlib.sha256()
    for path in _files():
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(PROJECT_ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:16]


def _files() -> Iterator[Path]:
    for name in CODE:
        root = PROJECT_ROOT / name
        if root.is_file():
            yield root
        else:
            yield from sorted(path for path in root.rglob("*") if path.suffix in SUFFIXES and path.is_file())
