"""Runs one measured piece of work as a process of its own: wall seconds and the peak of its resident memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Measure:
    """What one process cost."""

    seconds: float
    peak_mib: float


def run(*command: str, environment: dict[str, str] | None = None) -> Measure:
    """Runs a command from the project's root and waits for it.

    Raises:
        RuntimeError: the command failed; the message holds what it printed.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{printed.decode(errors='replace')}")
    return Measure(seconds, usage.ru_maxrss / 1024)


def plie(*arguments: str, data: Path) -> Measure:
    """Runs the `plie` command of this environment on a data root."""
    return run(sys.executable, "-m", "orchestration.cli", *arguments, "--data", str(data))
