"""Run as a program: loads with `plie load` on a disk that fills up, and says as JSON what each attempt left behind.

    python -m tests.torture.scarcity DISK ROOM...

ROOM is a number of bytes that are left free, `read-only` for a disk mounted so, or `limit:BYTES` for a size that no
file may exceed. Each attempt begins with a copy of `DISK/../base`: a warehouse after a night, and another in landing.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from ingestion.contract import registered_plie_ids
from ingestion.loading.intake import load_landing
from ingestion.settings import PROJECT_ROOT, Settings
from tests.deliveries import CREATED, a_delivery
from tests.torture.aftermath import Aftermath, aftermath, differences

PLIE_IDS = tuple(sorted(registered_plie_ids())[:8])
KEY = "k" * 32
WITHOUT_CLOCK = ("received_at",)


@dataclass
class Attempt:
    """One load without room, and the next one with room."""

    room: str
    exit_code: int
    said: str
    loaded: list[str]
    """PLIE whose rows, ledger and files are all as after an undisturbed load."""
    half_done: list[str]
    """PLIE that are neither as before nor as after an undisturbed load."""
    lost: list[str]
    """What the load with room did not bring to the state of an undisturbed one."""


def plie_load(data: Path, before: Callable[[], None] | None = None, wrap: tuple[str, ...] = ()) -> tuple[int, str]:
    """Exit code and output of `plie load`, started by the command `wrap` if one is given."""
    process = subprocess.run(
        [*wrap, sys.executable, "-m", "orchestration.cli", "load", "--data", str(data)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PLIE_PSEUDONYM_KEY": KEY, "PLIE_THREADS": "2"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        preexec_fn=before,
    )
    return process.returncode, process.stdout


def load_with_room(data: Path) -> None:
    """What the next night does: loads all that waits.

    Raises:
        RuntimeError: something was not loaded.
    """
    outcomes = load_landing(Settings(data=data, threads=2, pseudonym_key=SecretStr(KEY)))
    if not all(outcome.status == "accepted" and not outcome.message for outcome in outcomes):
        raise RuntimeError(str(outcomes))


def prepare(base: Path) -> None:
    """A warehouse with a former night of a few PLIE; in landing, what these and others send next."""
    settings = Settings(data=base)
    for plie_id in PLIE_IDS[:4]:
        a_delivery(plie_id, people=20).land(settings)
    load_with_room(base)
    for plie_id in PLIE_IDS:
        a_delivery(plie_id, people=300, created=CREATED + timedelta(hours=1)).land(settings)


def attempt(disk: Path, base: Path, whole: Path, room: str) -> Attempt:
    """Loads a copy of `base` on a disk with `room`, then again with all of the disk."""
    data = disk / "data"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(base, data)
    with _scarce(disk, room) as limit:
        code, said = plie_load(data, limit)
        before, now, after = (by_plie(left_in(root)) for root in (base, data, whole))
    half_done = [plie_id for plie_id in PLIE_IDS if now[plie_id] not in (before[plie_id], after[plie_id])]
    loaded = [plie_id for plie_id in PLIE_IDS if now[plie_id] == after[plie_id]]
    load_with_room(data)
    return Attempt(room, code, said, loaded, half_done, differences(left_in(whole), left_in(data)))


@contextmanager
def _scarce(disk: Path, room: str) -> Iterator[Callable[[], None] | None]:
    """Takes the room away while the block runs; yields what a process must do to itself, if anything."""
    ballast = disk / "ballast"
    if room == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        yield None
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    elif room.startswith("limit:"):
        size = int(room.removeprefix("limit:"))
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    else:
        usage = os.statvfs(disk)
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, usage.f_bavail * usage.f_frsize - int(room))
        yield None
        ballast.unlink()


def left_in(data: Path) -> Aftermath:
    """What is in a data root, but for the clock, the journal of the database, and the ledger of nights.

    That ledger tells what each attempt came to, so an attempt that failed stands in it too.
    """
    left = aftermath(data, WITHOUT_CLOCK, is_same_clock=False)
    left.pop("raw.night_outcomes", None)
    return left | {"root": [name for name in left["root"] if name != "warehouse.duckdb.wal"]}


def by_plie(left: Aftermath) -> dict[str, set[tuple[str, str]]]:
    """The same, for each PLIE what is about it."""
    return {plie_id: {(name, line) for name in left for line in left[name] if plie_id in line} for plie_id in PLIE_IDS}


def main(disk: str, *rooms: str) -> None:
    """Prints the attempts as JSON."""
    base = Path(disk).parent / "base"
    if not base.exists():
        prepare(base)
    whole = Path(disk).parent / "whole"
    if not whole.exists():
        shutil.copytree(base, whole)
        load_with_room(whole)
    print(json.dumps([asdict(attempt(Path(disk), base, whole, room)) for room in rooms]))


if __name__ == "__main__":
    main(*sys.argv[1:])
