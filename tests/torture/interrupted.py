"""Run as a program: loads a data root under a fixed clock, and may kill itself at its Nth change of a file.

    python -m tests.torture.interrupted DATA NOW GROUP_BYTES [STEP]

With STEP -1 it kills nothing and prints how many steps there are.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from ingestion.loading import intake, read_ahead
from ingestion.loading.intake import load_landing
from ingestion.settings import Settings

KEY = SecretStr("k" * 32)
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Steps:
    """Counts the changes of files that the interpreter makes, and kills the process just before one of them."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self._last = last

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES
        if opens or event in CHANGES:
            self.count += 1
            if self.count == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


def main(data: str, now: str, group_bytes: str, step: str | None = None) -> None:
    """Loads what waits in landing."""
    for module in (intake, read_ahead):
        setattr(module, "GROUP_BYTES", int(group_bytes))  # noqa: B010 - a constant that intake only imports
    steps = Steps(int(step or 0))
    clock = datetime.fromisoformat(now)
    if step is not None:
        sys.dont_write_bytecode = True
        sys.addaudithook(steps)
    load_landing(Settings(data=Path(data), threads=2, pseudonym_key=KEY), now=lambda: clock)
    if step == "-1":
        print(steps.count)


if __name__ == "__main__":
    main(*sys.argv[1:])
