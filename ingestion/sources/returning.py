"""Brings acknowledgements from the outbox back to the mailbox of their PLIE, each version of each once."""

from __future__ import annotations

import time
from pathlib import Path

from ingestion.settings import Settings
from ingestion.sources.fetching import Haul
from ingestion.sources.mailbox import Mailbox, TransportError
from ingestion.sources.remembered import Remembered, digest


def waiting_to_return(settings: Settings, plie_id: str) -> list[tuple[str, Path]]:
    """Mark and path of each file of the outbox that the PLIE does not have yet, in the order of their names.

    An acknowledgement that was written anew (a held delivery that was let in) counts as another.
    """
    folder = settings.outbox / plie_id
    if not folder.is_dir():
        return []
    files = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".") and path.is_file()]
    marked = [(_mark(path), path) for path in files]
    memory = Remembered(settings, plie_id)
    memory.forget_returned_but(mark for mark, _ in marked)
    return [(mark, path) for mark, path in marked if not memory.was_returned(mark)]


def return_new(mailbox: Mailbox, settings: Settings, plie_id: str, haul: Haul) -> None:
    """Puts what waits into the outbox of the PLIE. What was returned before a failure stays returned.

    Raises:
        TransportError: the connection failed; the rest goes out at the next attempt, or the next night.
    """
    deadline = time.monotonic() + settings.source_deadline
    memory = Remembered(settings, plie_id)
    for mark, path in waiting_to_return(settings, plie_id):
        if time.monotonic() > deadline:
            raise TransportError("acknowledgements go out too slowly: the time for one attempt is over")
        mailbox.put_back(path.name, path.read_bytes())
        memory.returned(mark)
        haul.files.append(path.name)


def _mark(path: Path) -> str:
    status = path.stat()
    return digest(path.name, status.st_size, str(status.st_mtime_ns))
