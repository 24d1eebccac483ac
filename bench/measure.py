"""Runs one measured piece of work as a process of its own: wall seconds, peak memory of its whole tree, peak spill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.watching import Watch

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Measure:
    """What one process cost, with everything that it started."""

    seconds: float
    peak_mib: float
    spill_mib: float = 0.0
    processor_seconds: float = 0.0


def run(
    *command: str,
    environment: dict[str, str] | None = None,
    spill: Sequence[Path] = (),
    servers: Sequence[int] = (),
) -> Measure:
    """Runs a command from the project's root and waits for it.

    Args:
        environment: variables beside those of this process.
        spill: folders whose size is watched.
        servers: processes that run already and whose memory counts too.

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
    watch = Watch([process.pid, *servers], spill)
    watch.start()
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    watch.end()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{printed.decode(errors='replace')}")
    # The system's own record of the largest process sees peaks that fall between two looks.
    peak = max(watch.memory / 2**20, usage.ru_maxrss / 1024)
    return Measure(seconds, peak, watch.spill / 2**20, usage.ru_utime + usage.ru_stime)


def plie(
    *arguments: str, data: Path, environment: dict[str, str] | None = None, servers: Sequence[int] = ()
) -> Measure:
    """Runs the `plie` command of this environment on a data root; what DuckDB and Spark spill there is watched."""
    return run(
        sys.executable,
        "-m",
        "orchestration.cli",
        *arguments,
        "--data",
        str(data),
        environment=environment,
        spill=[data / "tmp", data / "spark" / "scratch"],
        servers=servers,
    )
