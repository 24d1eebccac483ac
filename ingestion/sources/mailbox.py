"""What every source of deliveries offers: one mailbox per PLIE, with files that wait and a place for what goes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

LISTED_AT_MOST = 10_000
"""Entries of a remote folder that are looked at: beyond, something is wrong at the sender's, and the rest can wait."""


class TransportError(Exception):
    """A mailbox could not be reached or used; the message may be shown to anyone, and holds no secret.

    Args:
        lasting: trying again within minutes is vain: a key or a password is wrong, a folder is missing.
    """

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


class SourceMisconfigured(ValueError):
    """The settings of the source cannot be right: nothing was contacted. The message says which setting."""


@dataclass(frozen=True)
class RemoteFile:
    """A regular file in the inbox. `version` changes whenever the file is written again; `size` is in bytes."""

    name: str
    size: int
    version: str


class Mailbox(Protocol):
    """The mailbox of one PLIE, open. Every method raises TransportError, and none waits without end."""

    files_grow: bool
    """Whether a file can be seen before it is complete."""

    def waiting(self) -> list[RemoteFile]:
        """The regular files of the inbox that are not being written, in the order of their names."""

    def read(self, file: RemoteFile) -> Iterator[bytes]:
        """The bytes of a file, piece by piece."""

    def is_unchanged(self, file: RemoteFile) -> bool:
        """Whether the file is still what it was when it was listed."""

    def move_away(self, name: str) -> None:
        """Takes a file out of the inbox; what was moved before is not overwritten."""

    def put_back(self, name: str, content: bytes) -> None:
        """Puts a file into the outbox, whole or not at all; one of the same name is replaced."""


class Source(Protocol):
    """Where mailboxes are."""

    def open(self, plie_id: str) -> AbstractContextManager[Mailbox]:
        """The mailbox of a PLIE, until the block ends.

        Raises:
            TransportError: it cannot be reached.
        """
