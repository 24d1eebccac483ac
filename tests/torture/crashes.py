"""`python -m tests.torture.crashes --kills 50`: a busy night killed with SIGKILL at random instants, again and again.

Whenever a killed night is let finish at last, rows, ledger, archive, quarantine and acknowledgements must be those of a
night that nothing disturbed. `--steps` does it systematically: killed before each change of a file that the load makes.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ingestion.settings import PROJECT_ROOT, Settings
from tests.torture.aftermath import Aftermath, aftermath, differences
from tests.torture.busy_night import FORMER, NOW, land_busy_night, land_former_night

GROUPS = (100_000, 1_000_000, 48 * 1024 * 1024)
"""Text of the deliveries that are loaded together, in bytes: many small transactions, some, and as it is by default."""
STARTUP_SHARE = 0.3
"""Kills come after this share of an undisturbed load: before, nothing has been touched yet."""


@dataclass(frozen=True)
class Undisturbed:
    """What a night that nothing disturbs leaves, the seconds that it takes, the changes of files that it makes."""

    left: Aftermath
    seconds: float
    steps: int


@dataclass
class Report:
    """What was done: kills, nights that were finished, where files were at the kills, what was found wrong."""

    kills: int = 0
    nights: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def prepare(data: Path, scale: float, one_in: int = 1) -> None:
    """A data root after a former night, with a busy night in landing (see `land_busy_night`)."""
    settings = Settings(data=data)
    land_former_night(settings)
    start(data, FORMER).wait()
    land_busy_night(settings, scale, one_in)


def start(
    data: Path, now: datetime = NOW, group_bytes: int = GROUPS[-1], step: int | None = None
) -> subprocess.Popen[bytes]:
    """A process that loads what waits in `data`."""
    command = [sys.executable, "-m", "tests.torture.interrupted", str(data), now.isoformat(), str(group_bytes)]
    command += [] if step is None else [str(step)]
    return subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE if step == -1 else None, stderr=subprocess.DEVNULL
    )


def undisturbed(base: Path, work: Path) -> Undisturbed:
    """Loads a copy of `base` to the end.

    Raises:
        RuntimeError: that failed.
    """
    data = copied(base, work / "undisturbed")
    started = time.perf_counter()
    process = start(data, step=-1)
    printed, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError("the undisturbed load failed")
    seconds = time.perf_counter() - started
    return Undisturbed(aftermath(data), seconds, int(printed))


def copied(base: Path, data: Path) -> Path:
    """A fresh copy of a data root."""
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(base, data)
    return data


def kill_at_random(base: Path, work: Path, expected: Undisturbed, kills: int, seed: int) -> Report:
    """Kills nights until there were `kills` kills, finishes each night, and compares."""
    rng, report = random.Random(seed), Report()
    while report.kills < kills:
        data, group_bytes = copied(base, work / "killed"), GROUPS[report.nights % len(GROUPS)]
        while report.kills < kills:
            process = start(data, group_bytes=group_bytes)
            try:
                process.wait(rng.uniform(STARTUP_SHARE, 0.9) * expected.seconds)
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                report.kills += 1
                report.stages[stage(data)] += 1
        finish(data, expected.left, f"night {report.nights}, groups of {group_bytes} bytes", report)
    return report


def kill_at_steps(base: Path, work: Path, expected: Undisturbed, steps: Iterable[int]) -> Report:
    """Kills a night before its Nth change of a file, for each N of `steps`; finishes it, and compares."""
    report = Report()
    for step in steps:
        data = copied(base, work / "killed")
        if start(data, step=step).wait() != -signal.SIGKILL:
            report.wrong.append(f"step {step}: not killed")
        report.kills += 1
        report.stages[stage(data)] += 1
        finish(data, expected.left, f"step {step} of {expected.steps}", report)
    return report


def finish(data: Path, expected: Aftermath, name: str, report: Report) -> None:
    """Loads to the end and notes what is not as in the undisturbed night."""
    code = start(data).wait()
    wrong = differences(expected, aftermath(data)) if code == 0 else [f"exit code {code}"]
    report.nights += 1
    report.wrong += [f"{name}: {difference}" for difference in wrong]


def stage(data: Path) -> str:
    """How far a killed load was, from where its files are."""
    aside = sum(1 for path in data.glob("outbox/*/.*.part"))
    written = sum(1 for path in data.glob("outbox/*/*.ack.json"))
    waiting = sum(1 for path in data.glob("landing/*/*.zip"))
    if aside:
        return "acknowledgements aside, not in place"
    if written and waiting:
        return "between groups"
    return "before the first group" if waiting else "after the last group"


def main() -> int:
    """Command line; exit code 1 when anything was not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--scale", type=float, default=0.05, help="size of the night, 1 = national")
    parser.add_argument("--seed", type=int, default=None, help="default: another one each time, printed")
    parser.add_argument("--steps", action="store_true", help="kill before each change of a file, on a small night")
    parser.add_argument("--stride", type=int, default=1, help="with --steps: only every so many")
    parser.add_argument("--work", default=None, help="folder for the data (default: a temporary one)")
    arguments = parser.parse_args()
    seed = int.from_bytes(os.urandom(4)) if arguments.seed is None else arguments.seed
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=arguments.work, prefix="plie-crashes-") as folder:
        base, work = Path(folder, "base"), Path(folder)
        if arguments.steps:
            prepare(base, 0.01, one_in=6)
            whole = undisturbed(base, work)
            report = kill_at_steps(base, work, whole, range(1, whole.steps + 1, arguments.stride))
        else:
            prepare(base, arguments.scale)
            report = kill_at_random(base, work, undisturbed(base, work), arguments.kills, seed)
    print(f"{report.kills} kills in {report.nights} nights, {time.perf_counter() - started:.0f} s, seed {seed}")
    for name, count in report.stages.most_common():
        print(f"  {count:4} {name}")
    print(f"{len(report.wrong)} differences from an undisturbed night")
    for wrong in report.wrong[:50]:
        print(f"  {wrong}")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
