"""Brings the new files of one mailbox into the landing folder of its PLIE: whole, or not at all, and each only once.

Nothing that the other side says is believed: not a name, not a size, not that a file is finished.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from ingestion.gate.archive import envelope_limits
from ingestion.loading.landing import is_being_written, stored_name
from ingestion.settings import Settings
from ingestion.sources.mailbox import Mailbox, RemoteFile, TransportError
from ingestion.sources.remembered import Remembered, digest

logger = logging.getLogger(__name__)

FETCHED_AT_ONCE = 100
"""Files of one PLIE that one visit brings; the others wait for the next night."""
OVER_THE_LIMIT = 4
"""A file up to this many times the contract's limit is fetched, so that the gate can tell its sender; no larger one."""

_LONGEST_NAME = 255
_ENDING = ".fetched.part"


@dataclass
class Haul:
    """What one or several attempts brought: names as they may be written down, and why other files stayed."""

    files: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def fetch_new(
    mailbox: Mailbox, settings: Settings, plie_id: str, haul: Haul, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Fetches what was not fetched before into `landing/<plie_id>/`, and tells `haul` file by file.

    Raises:
        TransportError: the connection failed; what was fetched until then stays fetched.
        OSError: the file could not be written here.
    """
    deadline = time.monotonic() + settings.source_deadline
    memory = Remembered(settings, plie_id)
    haul.left.clear()
    listed = {digest(file.name, file.size, file.version): file for file in mailbox.waiting()}
    memory.forget_fetched_but(listed)
    if settings.source_after == "move":
        for mark, file in listed.items():
            if memory.was_fetched(mark):
                _move_away(mailbox, file, haul)
    new = [(mark, file) for mark, file in listed.items() if not memory.was_fetched(mark) and _may_come(file, haul)]
    if len(new) > FETCHED_AT_ONCE:
        haul.left.append(f"{len(new) - FETCHED_AT_ONCE} files wait for the next night")
        new = new[:FETCHED_AT_ONCE]
    if new and mailbox.files_grow:
        sleep(settings.source_settle)
    for mark, file in new:
        if _fetch(mailbox, settings, plie_id, file, haul, deadline):
            memory.fetched(mark)
            haul.files.append(stored_name(file.name))
            if settings.source_after == "move":
                _move_away(mailbox, file, haul)


def _may_come(file: RemoteFile, haul: Haul) -> bool:
    """Whether the name can be a file's name here and says that the file is there, and its size is bearable."""
    name = file.name
    if is_being_written(name) or name.startswith(("~$", ".~lock.")):
        return False
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        length = _LONGEST_NAME + 1
    if name in {"", ".", ".."} or "/" in name or "\0" in name or length > _LONGEST_NAME:
        haul.left.append(f"a file whose name cannot be a file's name here ({length} bytes) was left")
        return False
    if file.size > OVER_THE_LIMIT * envelope_limits().zip_bytes:
        haul.left.append(f"{stored_name(name)} was left: {file.size / 2**20:.0f} MiB is far over the contract's limit")
        return False
    return True


def _fetch(mailbox: Mailbox, settings: Settings, plie_id: str, file: RemoteFile, haul: Haul, deadline: float) -> bool:
    """One file into landing; False when it is still being written or another of its name waits there."""
    folder = settings.landing / plie_id
    folder.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(folder / file.name):
        haul.left.append(f"{stored_name(file.name)} waits: another file of its name is in landing")
        return False
    if mailbox.files_grow and not mailbox.is_unchanged(file):
        haul.left.append(f"{stored_name(file.name)} is still being written")
        return False
    aside = folder / f".{uuid4().hex}{_ENDING}"
    try:
        _download(mailbox, file, aside, deadline)
        if not mailbox.is_unchanged(file):
            haul.left.append(f"{stored_name(file.name)} is still being written")
            return False
        aside.rename(folder / file.name)
    finally:
        aside.unlink(missing_ok=True)
    _flush_folder(folder)
    logger.info("%s: fetched %s, %d bytes", plie_id, stored_name(file.name), file.size)
    return True


def _download(mailbox: Mailbox, file: RemoteFile, aside: Path, deadline: float) -> None:
    """The bytes of a file on the disk, as many as were listed.

    Raises:
        TransportError: there are more or fewer of them, or they take too long.
    """
    size = 0
    with aside.open("xb") as copy:
        for piece in mailbox.read(file):
            size += len(piece)
            if size > file.size:
                break
            if time.monotonic() > deadline:
                raise TransportError("the files came too slowly: the time for one attempt is over")
            copy.write(piece)
        if size != file.size:
            said = "more" if size > file.size else f"{size}"
            raise TransportError(f"{stored_name(file.name)} should have {file.size} bytes, {said} came")
        copy.flush()
        os.fsync(copy.fileno())


def _move_away(mailbox: Mailbox, file: RemoteFile, haul: Haul) -> None:
    """Out of the inbox. A mailbox that does not allow it keeps no delivery from being taken in."""
    try:
        mailbox.move_away(file.name)
    except TransportError as error:
        if not error.lasting:
            raise
        haul.left.append(f"{stored_name(file.name)} was fetched but could not be moved: {error}")


def remove_leftovers(settings: Settings, plie_id: str) -> None:
    """Removes what a killed fetch left half written; the caller holds the transport lock."""
    for path in (settings.landing / plie_id).glob(f".*{_ENDING}"):
        path.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
