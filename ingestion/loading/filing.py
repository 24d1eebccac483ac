"""Puts acknowledgements into the outbox and deliveries where they are kept.

A crash at any instant can be mended: an acknowledgement is written aside before the ledger commits and renamed after,
and the delivery moves last. Doing any of it twice changes nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from contextlib import suppress
from pathlib import Path

from ingestion.gate.reading import FileMark
from ingestion.loading.acknowledgement import acknowledgement_files
from ingestion.loading.landing import stored_name
from ingestion.loading.ledger import LedgerEntry
from ingestion.settings import Settings

logger = logging.getLogger(__name__)


def write_aside(settings: Settings, entry: LedgerEntry) -> None:
    """Writes the acknowledgement beside its place, and makes sure that the delivery can be moved to where it is kept.

    Raises:
        OSError: a folder cannot be written to, or the disk is full. Nothing has happened then.
    """
    outbox = settings.outbox / entry.plie_id
    outbox.mkdir(parents=True, exist_ok=True)
    for name, content in acknowledgement_files(entry).items():
        with _aside(outbox / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    folders = [folder for folder in (settings.landing / entry.plie_id,) if folder.is_dir()]
    if entry.kept_in is not None:
        folders.append(settings.data / entry.kept_in / entry.plie_id)
        folders[-1].mkdir(parents=True, exist_ok=True)
    for folder in folders:
        probe = folder / f".{entry.delivery_id}.probe"
        probe.touch()
        probe.unlink()


def discard_aside(settings: Settings, entry: LedgerEntry) -> None:
    """Takes back what `write_aside` wrote, as far as it can, for an entry that did not get into the ledger."""
    for name in acknowledgement_files(entry):
        with suppress(OSError):
            _aside(settings.outbox / entry.plie_id / name).unlink(missing_ok=True)


def file_away(settings: Settings, entry: LedgerEntry, mark: FileMark | None = None) -> None:
    """Puts the acknowledgement in its place and takes the delivery out of landing, to where the entry says.

    Args:
        mark: of the file as it was read; without it, the file in landing is known again by its sha256. A file that has
            been replaced meanwhile is another delivery, and stays.

    Raises:
        OSError: a folder cannot be written to; doing it again later finishes it.
    """
    outbox = settings.outbox / entry.plie_id
    contents = acknowledgement_files(entry)
    if not all((outbox / name).exists() or _aside(outbox / name).exists() for name in contents):
        write_aside(settings, entry)
    for name in contents:
        if _aside(outbox / name).exists():
            _aside(outbox / name).rename(outbox / name)
    _flush_folder(outbox)
    landed = _in_landing(settings, entry, mark)
    if entry.kept_in is not None and entry.kept_as is not None:
        kept = settings.data / entry.kept_in / entry.plie_id / entry.kept_as
        kept.parent.mkdir(parents=True, exist_ok=True)
        if landed is not None and not kept.exists():
            _move(landed, kept)
            _flush_folder(landed.parent)
            return
        if not kept.exists():
            logger.warning("%s was replaced in landing before it could be kept", entry.delivery_id)
    if landed is not None:
        landed.unlink()
        _flush_folder(landed.parent)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _in_landing(settings: Settings, entry: LedgerEntry, mark: FileMark | None) -> Path | None:
    """The landed file of an entry; a name that was not stored as it is is known again by what it is stored as."""
    folder = settings.landing / entry.plie_id
    named = [folder / entry.file_name]
    if not named[0].exists() and folder.is_dir():
        named = [path for path in folder.iterdir() if stored_name(path.name) == entry.file_name]
    return next((path for path in named if _is_that_of(path, entry, mark)), None)


def _is_that_of(path: Path, entry: LedgerEntry, mark: FileMark | None) -> bool:
    try:
        if mark is not None:
            return FileMark.of(path.lstat()) == mark
        return not path.is_symlink() and _sha256(path) == entry.sha256
    except OSError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _move(source: Path, target: Path) -> None:
    """Moves a file, also to another file system, where it appears whole or not at all."""
    try:
        source.rename(target)
    except OSError:
        if source.stat().st_dev == target.parent.stat().st_dev:
            raise
        shutil.copyfile(source, _aside(target))
        with _aside(target).open("rb") as file:
            os.fsync(file.fileno())
        _aside(target).rename(target)
        source.unlink()
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
