"""`python -m tests.torture.fuzz --count 100000 --seed 0`: mutated deliveries through the whole gate and the load.

Each must end with a status of the contract and an acknowledgement within 5 seconds, and leave nothing half done,
nothing outside the data root, nothing personal in any file or log. Deliveries go through in batches, as in a night.
Each process takes a share of them into a fresh warehouse, so that one that crashes says which share to look at.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from pydantic import SecretStr

from ingestion.loading import intake
from ingestion.loading.intake import load_landing
from ingestion.settings import PROJECT_ROOT, Settings
from tests.torture import personal
from tests.torture.mutants import NOW, Mutant, mutant, plie_ids, sound
from tests.torture.verdicts import Verdicts
from tests.torture.watch import watched

LONGEST = 5.0
"""Seconds of processor that one delivery may take; a group of more than a hundred may take no more either."""
BATCH = 400
"""Deliveries that land together."""
SHARE = 2000
"""Deliveries of one process and warehouse."""
PATIENCE = 120
"""Seconds that a batch may take by the clock before its process is stopped, with the place where it hangs."""
SHOWN = 20
"""Faults of one share that are printed."""


@dataclass
class Tally:
    """What became of some mutants. `wrong` tells what must not be, each with the numbers of the mutants concerned."""

    count: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    peak_mib: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    mutators: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Adds the tally of other mutants."""
        self.count += other.count
        self.longest = max(self.longest, other.longest)
        self.peak_mib = max(self.peak_mib, other.peak_mib)
        self.statuses += other.statuses
        self.rules += other.rules
        self.mutators += other.mutators
        self.wrong += other.wrong


def torture(data: Path, seed: int, numbers: Iterable[int]) -> Tally:
    """Takes the mutants `numbers` into a fresh warehouse in `data` and says what became of them."""
    settings = Settings(data=data, threads=2, pseudonym_key=SecretStr("k" * 32))
    tally, verdicts = Tally(), Verdicts(settings)
    started = time.perf_counter()
    _take_in(settings, [sound(number) for number in range(len(plie_ids()))], verdicts, tally)
    if verdicts.statuses != {"accepted": len(plie_ids())}:
        tally.wrong.append(f"sound deliveries were {dict(verdicts.statuses)}")
    verdicts.statuses.clear()
    for batch in _batches(mutant(seed, number) for number in numbers):
        tally.count += len(batch)
        tally.mutators.update(name for one in batch for name in set(one.made_by))
        tally.mutators["(not a delivery by name)"] += sum(not one.is_delivery for one in batch)
        _take_in(settings, batch, verdicts, tally)
    tally.wrong += [f"mutants up to {tally.count}: {what}" for what in verdicts.at_the_end()]
    tally.statuses, tally.rules, tally.seconds = verdicts.statuses, verdicts.rules, time.perf_counter() - started
    tally.peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return tally


def _batches(mutants: Iterable[Mutant]) -> Iterator[list[Mutant]]:
    """Mutants that can lie in landing together: no two of one name in one folder."""
    batch: dict[tuple[bytes, bytes], Mutant] = {}
    for one in mutants:
        if len(batch) == BATCH or (one.folder, one.name) in batch:
            yield list(batch.values())
            batch = {}
        batch[one.folder, one.name] = one
    if batch:
        yield list(batch.values())


def _take_in(settings: Settings, batch: list[Mutant], verdicts: Verdicts, tally: Tally) -> None:
    for one in batch:
        folder = os.fsencode(settings.landing) + b"/" + one.folder
        Path(os.fsdecode(folder)).mkdir(parents=True, exist_ok=True)
        Path(os.fsdecode(folder + b"/" + one.name)).write_bytes(one.content)
    span = f"mutants {batch[0].number} to {batch[-1].number}"
    with watched(settings.data) as strayed, _timed() as times, _overheard() as said:
        outcomes = load_landing(settings, now=lambda: NOW)
    tally.wrong += [f"{span}: {what}" for what in [*strayed, *said, *verdicts.after_load(batch, outcomes)]]
    tally.longest = max(tally.longest, *times.values())
    tally.wrong += [f"{span}: {what} took {took:.1f} s" for what, took in times.items() if took > LONGEST]


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """Log lines of any level that hold personal data."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            line = logging.Formatter().format(record)
            if any(value in line for value in personal.VALUES):
                said.append(f"logged by {record.name}: {line}")

    listener, root = Listener(), logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.removeHandler(listener)
        root.setLevel(level)


@contextmanager
def _timed() -> Iterator[dict[str, float]]:
    """Seconds of processor that each reading took, by file, and each group as a whole.

    Not of the clock on the wall: a busy machine slows everything down. Who waits for ever is stopped by `faulthandler`.
    """
    times: dict[str, float] = {"nothing": 0.0}
    read, load_group = vars(intake)["read_delivery"], vars(intake)["load_group"]

    def timed_read(path: Path, *arguments: Any, **named: Any) -> Any:
        started = time.thread_time()
        try:
            return read(path, *arguments, **named)
        finally:
            times[f"reading {path.parent.name}/{path.name!r}"] = time.thread_time() - started

    def timed_group(*arguments: Any, **named: Any) -> Any:
        started = time.process_time()
        try:
            return load_group(*arguments, **named)
        finally:
            times[f"loading group {len(times)}"] = time.process_time() - started

    with mock.patch.multiple(intake, read_delivery=timed_read, load_group=timed_group):
        yield times


def _share(seed: int, first: int, count: int, work: str | None) -> Tally:
    """The tally of `count` mutants from `first` on, from a process of their own; a dead process is a fault."""
    command = [sys.executable, "-m", "tests.torture.fuzz", "--share", str(first), "--count", str(count)]
    command += ["--seed", str(seed), *(["--work", work] if work else [])]
    process = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    try:
        stated = json.loads(process.stdout)
    except ValueError:
        said = process.stderr[-3000:]
        return Tally(count, wrong=[f"mutants {first} to {first + count - 1}: exit {process.returncode}\n{said}"])
    return Tally(**stated | {name: Counter(stated[name]) for name in ("statuses", "rules", "mutators")})


def _report(tally: Tally) -> None:
    rate = tally.count / tally.seconds if tally.seconds else 0
    print(f"\n{tally.count} mutated deliveries in {tally.seconds:.0f} s: {rate:.0f} a second")
    print(f"longest step {tally.longest:.2f} s; peak memory {tally.peak_mib:.0f} MiB")
    for title, counts in (("status", tally.statuses), ("rule", tally.rules), ("mutator", tally.mutators)):
        print(f"by {title}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    print(f"{len(tally.wrong)} faults")


def main() -> int:
    """Command line; exit code 1 when anything was not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first mutant")
    parser.add_argument("--seconds", type=float, default=None, help="stop after this time, whatever is done by then")
    parser.add_argument("--work", default=None, help="folder for the warehouses (default: a temporary one)")
    parser.add_argument("--share", type=int, default=None, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.share is not None:
        faulthandler.dump_traceback_later(PATIENCE * (1 + arguments.count // BATCH), exit=True)
        with tempfile.TemporaryDirectory(dir=arguments.work, prefix="plie-fuzz-") as folder:
            numbers = range(arguments.share, arguments.share + arguments.count)
            print(json.dumps(torture(Path(folder) / "data", arguments.seed, numbers).__dict__))
        return 0
    tally, started = Tally(), time.perf_counter()
    for first in range(arguments.first, arguments.first + arguments.count, SHARE):
        count = min(SHARE, arguments.first + arguments.count - first)
        share = _share(arguments.seed, first, count, arguments.work)
        tally.add(share)
        tally.seconds = time.perf_counter() - started
        for wrong in share.wrong[:SHOWN]:
            print(f"  {wrong}")
        print(f"{tally.count} done, {tally.seconds:.0f} s, {len(tally.wrong)} faults", flush=True)
        if arguments.seconds is not None and tally.seconds > arguments.seconds:
            break
    _report(tally)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
