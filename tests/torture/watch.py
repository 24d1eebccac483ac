"""Watches what a process does while it takes in deliveries: it may write below its data root, and do nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PATHS = {
    "os.rename": 2, "os.link": 2, "os.symlink": 2, "os.mkdir": 1, "os.rmdir": 1, "os.remove": 1, "os.truncate": 1,
    "os.chmod": 1, "os.chown": 1, "shutil.rmtree": 1, "shutil.move": 2,
}  # fmt: skip
"""Audit events of the interpreter that change files, and how many of their first arguments are paths."""
_FORBIDDEN = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "socket.connect",
    "ctypes.dlopen",
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_root: bytes | None = None
_seen: list[str] = []
_is_installed = False


@contextmanager
def watched(root: Path) -> Iterator[list[str]]:
    """While the block runs, notes in the list every write outside `root`, every process started, every connection.

    What native code does is not seen, save through what it leaves behind.
    """
    global _root, _is_installed
    if not _is_installed:
        sys.addaudithook(_note)
        _is_installed = True
    _seen.clear()
    _root = os.fsencode(root)
    try:
        yield _seen
    finally:
        _root = None


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _root is None:
        return
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, str | bytes) and isinstance(flags, int) and flags & _WRITES:
            _check(event, path)
    elif event in _PATHS:
        for path in arguments[: _PATHS[event]]:
            if isinstance(path, str | bytes):
                _check(event, path)
    elif event in _FORBIDDEN:
        _seen.append(f"{event} {arguments!r:.200}")


def _check(event: str, path: str | bytes) -> None:
    absolute = os.path.abspath(os.fsencode(path))  # noqa: PTH100 - following links is what must not happen here
    is_cache = absolute.endswith(b".pyc") or b"/__pycache__" in absolute
    if _root is not None and not absolute.startswith(_root + b"/") and absolute != _root and not is_cache:
        _seen.append(f"{event} of {absolute!r}")
