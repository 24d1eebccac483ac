"""What waits in the landing place: which files are deliveries, and in which order they are taken."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.gate.identity import is_well_named
from ingestion.gate.privacy import is_clean
from ingestion.settings import Settings
from ingestion.survey.names import belongs_to_survey

logger = logging.getLogger(__name__)

MASKED_NAME = "nom-masque.zip"
"""Stands for a file name that holds something personal."""

_LONGEST_NAME = 255
"""Bytes of a file name."""
_BEING_WRITTEN = (".part", ".tmp", ".filepart")


@dataclass(frozen=True)
class Landed:
    """One file that waits. `plie_id` is its folder's name, `name` its own as text that can be stored anywhere."""

    plie_id: str
    name: str
    path: Path


def waiting(settings: Settings, plie_ids: Collection[str] | None = None) -> list[Landed]:
    """The deliveries that wait in landing, of the given PLIE or of all.

    Those of one PLIE follow each other in the order of their names, which is that of their creation; the first ones of
    all PLIE come before any second one. Links are not followed, nor is anything else but a regular file.
    """
    landed = list(_landed(settings.landing, plie_ids))
    seen = Counter[str]()
    ranked = []
    for file in sorted(landed, key=lambda file: (file.plie_id, file.name)):
        ranked.append((seen[file.plie_id], file.plie_id, file.name, file))
        seen[file.plie_id] += 1
    return [file for *_, file in sorted(ranked, key=lambda rank: rank[:3])]


def _landed(landing: Path, plie_ids: Collection[str] | None) -> Iterator[Landed]:
    if not landing.is_dir():
        return
    with os.scandir(landing) as folders:
        for folder in folders:
            if folder.name.startswith(".") or (plie_ids is not None and folder.name not in plie_ids):
                continue
            if not folder.is_dir(follow_symlinks=False) or stored_name(folder.name) != folder.name:
                logger.warning("Ignored in landing, being no folder of a PLIE: %s", stored_name(folder.name))
                continue
            yield from _landed_in(Path(folder.path))


def _landed_in(folder: Path) -> Iterator[Landed]:
    with os.scandir(folder) as files:
        for file in files:
            if is_being_written(file.name):
                continue
            if belongs_to_survey(file.name):
                continue
            if not file.is_file(follow_symlinks=False):
                logger.warning("Ignored in %s, being no regular file: %s", folder.name, stored_name(file.name))
                continue
            yield Landed(folder.name, stored_name(file.name), Path(file.path))


def is_being_written(name: str) -> bool:
    """Whether a file's name says that it is not there yet (transfer contract §1)."""
    return name.startswith(".") or name.endswith(_BEING_WRITTEN)


def stored_name(name: str) -> str:
    """A file's name as it may be written down: printable UTF-8 text that holds nothing personal.

    What is not printable is written as an escape; a name that holds a telephone number or the like is not repeated.
    """
    decoded = os.fsencode(name).decode("utf-8", "backslashreplace")
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in decoded)
    if not (is_well_named(text) or is_clean(text)):
        return MASKED_NAME
    # Escapes can make a name longer than a file system takes.
    return text if len(text.encode()) <= _LONGEST_NAME else text.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
