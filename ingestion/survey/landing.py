"""The workbooks that wait in landing, and their bytes."""

from __future__ import annotations

import hashlib
import logging
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.gate.reading import FileMark
from ingestion.loading.landing import is_being_written, stored_name
from ingestion.settings import Settings
from ingestion.survey.names import belongs_to_survey, year_of

logger = logging.getLogger(__name__)

_OFFICE_LOCKS = ("~$", ".~lock.")
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class LandedWorkbook:
    """One file that waits. `plie_id` is its folder's name, `name` its own as it may be written down."""

    plie_id: str
    name: str
    path: Path


@dataclass(frozen=True)
class WorkbookBytes:
    """A file as it was read; `content` is None when it is larger than the limit."""

    content: bytes | None
    sha256: str
    size: int
    mark: FileMark


def waiting_workbooks(settings: Settings, plie_ids: Collection[str] | None = None) -> list[LandedWorkbook]:
    """The workbooks that wait, of the given PLIE or of all; an earlier year comes before a later one."""
    if not settings.landing.is_dir():
        return []
    found = [file for folder in _folders(settings.landing, plie_ids) for file in _workbooks(folder)]
    return sorted(found, key=lambda file: (year_of(file.name) or 0, file.plie_id, file.name))


def _folders(landing: Path, plie_ids: Collection[str] | None) -> Iterator[Path]:
    with os.scandir(landing) as folders:
        for folder in folders:
            is_plain = folder.is_dir(follow_symlinks=False) and stored_name(folder.name) == folder.name
            if is_plain and not folder.name.startswith(".") and (plie_ids is None or folder.name in plie_ids):
                yield Path(folder.path)


def _workbooks(folder: Path) -> Iterator[LandedWorkbook]:
    with os.scandir(folder) as files:
        for file in files:
            if is_being_written(file.name) or file.name.startswith(_OFFICE_LOCKS):
                continue
            if belongs_to_survey(file.name) and file.is_file(follow_symlinks=False):
                yield LandedWorkbook(folder.name, stored_name(file.name), Path(file.path))


def read_bytes(path: Path, limit: int) -> WorkbookBytes:
    """The bytes of a regular file, its sha256 and its mark.

    Raises:
        OSError: it went away, is no regular file any more, or cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{path} is no regular file")
        content = file.read(limit + 1)
        digest, size = hashlib.sha256(content), len(content)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return WorkbookBytes(content if size <= limit else None, digest.hexdigest(), size, FileMark.of(status))
