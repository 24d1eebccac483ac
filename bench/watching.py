"""Watches a process with all that it starts, and folders that it fills: the most memory and bytes seen at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil

INTERVAL = 0.25
"""Seconds between two looks: a peak that is shorter can be missed."""


def bytes_below(folder: Path) -> tuple[int, int]:
    """Bytes and number of the files below a folder; what goes away meanwhile is not counted."""
    size = number = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.lstat(f"{parent}/{name}").st_size
                number += 1
            except FileNotFoundError:
                continue
    return size, number


def memory_of(processes: Iterable[psutil.Process]) -> int:
    """Resident bytes of processes together; pages that several share are counted once (PSS)."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return total


def tree_of(pid: int) -> list[psutil.Process]:
    """A process and everything that it started and that still runs."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


class Watch(threading.Thread):
    """Looks at a tree of processes and at folders until it is told to stop.

    After `end`, `memory` and `spill` hold the most bytes that were seen at once.
    """

    def __init__(self, pids: Sequence[int], folders: Sequence[Path]) -> None:
        super().__init__(daemon=True, name="watch")
        self._pids, self._folders = pids, folders
        self._ended = threading.Event()
        self.memory = self.spill = 0

    def run(self) -> None:
        while True:
            self.memory = max(self.memory, memory_of(process for pid in self._pids for process in tree_of(pid)))
            self.spill = max(self.spill, sum(bytes_below(folder)[0] for folder in self._folders))
            if self._ended.wait(INTERVAL):
                return

    def end(self) -> None:
        """Stops looking, and waits until the last look is over."""
        self._ended.set()
        self.join()
