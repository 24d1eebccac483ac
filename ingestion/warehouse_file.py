"""The warehouse as one file of DuckDB: one writing process at a time, behind a lock that says who holds it."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import duckdb
from filelock import FileLock, Timeout

from ingestion.settings import Settings
from ingestion.warehouse_busy import WarehouseBusy


def _holder(settings: Settings) -> str:
    try:
        holder = json.loads(settings.lock_file.with_suffix(".holder").read_text(encoding="utf-8"))
        return f"{holder['task']} (process {holder['pid']} on {holder['host']}, since {holder['since']})"
    except (OSError, ValueError, KeyError):
        return "another process"


@contextmanager
def writer_lock(settings: Settings, task: str, on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """Holds the right to write to the warehouse while the block runs. Re-entrant across threads it is not.

    The lock is the operating system's own, on an open file: a killed process frees it.

    Args:
        task: what the holder does, in words, for whoever waits.
        on_wait: called once with the holder's description before waiting.

    Raises:
        WarehouseBusy: the lock was not free within `settings.lock_timeout` seconds.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.lock_file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if on_wait is not None:
            on_wait(_holder(settings))
        try:
            lock.acquire(timeout=settings.lock_timeout, poll_interval=0.1)
        except Timeout:
            raise WarehouseBusy(
                f"The warehouse is being written by {_holder(settings)}; "
                f"waited {settings.lock_timeout:g} s. Try again later, or raise PLIE_LOCK_TIMEOUT."
            ) from None
    try:
        holder = {
            "task": task,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        settings.lock_file.with_suffix(".holder").write_text(json.dumps(holder), encoding="utf-8")
        yield
    finally:
        settings.lock_file.with_suffix(".holder").unlink(missing_ok=True)
        lock.release()


def open_warehouse(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A read-write connection for the holder of the writer lock; waits out a program that opened the file without it.

    Raises:
        WarehouseBusy: the file stayed open elsewhere for `settings.lock_timeout` seconds.
    """
    deadline = time.monotonic() + settings.lock_timeout
    while True:
        try:
            connection = duckdb.connect(
                str(settings.warehouse),
                config=settings.duckdb_limits,
            )
            # DuckDB would draw a bar of its own across ours.
            connection.execute("set enable_progress_bar = false")
            return connection
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            if time.monotonic() >= deadline:
                raise WarehouseBusy(f"The file {settings.warehouse} is open in another program: {error}") from None
            time.sleep(0.2)


@contextmanager
def reading(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the warehouse itself; waits for a writer to end. Analysts read the snapshot instead.

    Raises:
        FileNotFoundError: nothing was ever loaded here.
        WarehouseBusy: a writer held the warehouse for `settings.lock_timeout` seconds.
    """
    if not settings.warehouse.exists():
        raise FileNotFoundError(f"There is no warehouse in {settings.data}: run `plie load` first.")
    deadline = time.monotonic() + settings.lock_timeout
    while True:
        try:
            connection = duckdb.connect(str(settings.warehouse), read_only=True)
            break
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            if time.monotonic() >= deadline:
                raise WarehouseBusy(f"The warehouse is being written by {_holder(settings)}.") from None
            time.sleep(0.2)
    try:
        connection.execute("set enable_progress_bar = false")
        yield connection
    finally:
        connection.close()
