"""What is remembered of one PLIE's mailbox: which files were fetched and which acknowledgements were returned.

Kept in `<data>/transport/<plie_id>.json`, as digests: a file's name may hold something personal. Losing it costs no
delivery: what is fetched twice is a duplicate for the gate.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingestion.settings import Settings

logger = logging.getLogger(__name__)


class TransportBusy(RuntimeError):
    """Another process is fetching or returning files for the same data root."""


@contextmanager
def transport_lock(settings: Settings) -> Iterator[None]:
    """Alone in fetching and returning while the block runs; the warehouse can be written meanwhile.

    Raises:
        TransportBusy: the lock was not free within `settings.lock_timeout` seconds.
    """
    settings.transport.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.transport / "lock", timeout=settings.lock_timeout):
            yield
    except Timeout:
        raise TransportBusy(
            f"Another process fetches deliveries; waited {settings.lock_timeout:g} s. Try again later."
        ) from None


def digest(name: str, size: int, version: str) -> str:
    """What stands for one version of one file."""
    return hashlib.sha256(f"{name}\0{size}\0{version}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Remembered:
    """The memory of one PLIE's mailbox; every change is on the disk when the call returns."""

    def __init__(self, settings: Settings, plie_id: str) -> None:
        self._path = settings.transport / f"{plie_id}.json"
        self._known = {"fetched": set[str](), "returned": set[str]()}
        try:
            held = json.loads(self._path.read_text(encoding="utf-8"))
            self._known = {kind: set(map(str, held[kind])) for kind in self._known}
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("%s cannot be read and is begun anew (%s)", self._path.name, type(error).__name__)

    def was_fetched(self, mark: str) -> bool:
        return mark in self._known["fetched"]

    def was_returned(self, mark: str) -> bool:
        return mark in self._known["returned"]

    def fetched(self, mark: str) -> None:
        self._known["fetched"].add(mark)
        self._write()

    def returned(self, mark: str) -> None:
        self._known["returned"].add(mark)
        self._write()

    def forget_fetched_but(self, marks: Iterable[str]) -> None:
        """Keeps only the files that are still in the inbox: the memory does not grow with the years."""
        self._keep("fetched", marks)

    def forget_returned_but(self, marks: Iterable[str]) -> None:
        """Keeps only the acknowledgements that are still in the outbox."""
        self._keep("returned", marks)

    def _keep(self, kind: str, marks: Iterable[str]) -> None:
        kept = self._known[kind] & set(marks)
        if kept != self._known[kind]:
            self._known[kind] = kept
            self._write()

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._path.with_name(f".{self._path.name}.part")
        with Path(aside).open("w", encoding="utf-8") as file:
            json.dump({kind: sorted(marks) for kind, marks in self._known.items()}, file, indent=0)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._path)
