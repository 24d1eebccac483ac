"""Reads deliveries a little ahead of whoever loads them, and puts them into groups, so that memory stays flat."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from ingestion.loading.landing import Landed

GROUP_BYTES = 48 * 1024 * 1024
"""Text of the deliveries that are loaded together; a single delivery may be larger and is then alone."""

_UNZIPPED_PER_ZIPPED = 4
_AT_MOST_AHEAD = 64

T = TypeVar("T")


def read_ahead(
    files: Iterable[Landed], read: Callable[[Landed], T], threads: int
) -> Generator[tuple[Landed, Future[T]]]:
    """Each file with its reading, in order; about one group's worth of files is being read or waits, read, ahead.

    Closing the iterator waits for the readings that are under way, and begins no other.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="reading")
    try:
        ahead: deque[tuple[Landed, int, Future[T]]] = deque()
        in_flight = 0
        for file in files:
            weight = _weight(file)
            while ahead and (in_flight + weight > GROUP_BYTES or len(ahead) >= _AT_MOST_AHEAD):
                landed, done, future = ahead.popleft()
                in_flight -= done
                yield landed, future
            ahead.append((file, weight, pool.submit(read, file)))
            in_flight += weight
        while ahead:
            landed, _, future = ahead.popleft()
            yield landed, future
    finally:
        pool.shutdown(cancel_futures=True)


def _weight(file: Landed) -> int:
    """Bytes that a file is likely to take once it is read."""
    try:
        return file.path.lstat().st_size * _UNZIPPED_PER_ZIPPED
    except OSError:
        return 0
