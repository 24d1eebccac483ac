"""Who may write what to the lake, and when: advisory locks in the PostgreSQL that is its catalog.

- `house`: the work of the whole house, one at a time: a build, an edition, a publication, the ledger of nights.
- one lock for each PLIE: whoever loads something of it.
- `commit`: the moment in which rows of `raw` are put in place. DuckLake refuses one of two overlapping commits when one
  deletes from a table into which the other inserts, whatever the rows; in turn, they never meet.
- `making`: the moment in which a lake is made, or its tables are.

They are taken in this order, those of PLIE sorted or without waiting, so that nobody waits in a circle. A lock belongs
to a session of PostgreSQL that lives as long as it is held: a process that dies frees it.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from weakref import WeakSet

from ingestion.lake.catalog import connect
from ingestion.settings import Settings
from ingestion.warehouse_busy import WarehouseBusy

if TYPE_CHECKING:
    import psycopg

HOUSE, COMMIT, MAKING = "house", "commit", "making"

_OURS = 0x504C4945
"""The first of the two numbers of every lock of ours, `PLIE` in ASCII; the second is made of its name."""

_LONGEST_NAME = 63
"""Bytes that PostgreSQL keeps of what a session calls itself."""

_HOLDER = """
select activity.application_name, to_char(activity.state_change at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
from pg_locks as held
inner join pg_stat_activity as activity using (pid)
where
    held.locktype = 'advisory' and held.granted and held.classid = %s and held.objid = %s and held.objsubid = 2
    and held.database = (select oid from pg_database where datname = current_database())
"""


def plie_lock(plie_id: str) -> str:
    """The name of the lock of a PLIE."""
    return f"plie {plie_id}"


class LockKeeper:
    """A session that holds locks. Used by one thread; closing it frees them all."""

    def __init__(self, settings: Settings, task: str) -> None:
        self._thread = threading.get_ident()
        self._connection: psycopg.Connection[tuple[object, ...]] = connect(settings)
        # Whoever waits reads here who holds what: PostgreSQL shows it to the same role, and to pg_read_all_stats.
        whose = f" (process {os.getpid()} on {socket.gethostname()})"
        name = task.encode()[: _LONGEST_NAME - len(whose.encode())].decode("utf-8", "ignore") + whose
        self._connection.execute("select set_config('application_name', %s, false)", [name])
        # A machine that lost its power says nothing any more: PostgreSQL asks, and lets go after two minutes.
        self._connection.execute("set tcp_keepalives_idle = 60")
        self._connection.execute("set tcp_keepalives_interval = 10")
        self._connection.execute("set tcp_keepalives_count = 6")
        _OPEN.add(self)

    def close(self) -> None:
        _OPEN.discard(self)
        self._connection.close()

    def try_take(self, name: str) -> bool:
        """Takes a lock if nobody else holds it."""
        row = self._connection.execute("select pg_try_advisory_lock(%s, %s)", [_OURS, _number(name)]).fetchone()
        return bool(row == (True,))

    def take(self, name: str, seconds: float, on_wait: Callable[[str], None] | None = None) -> None:
        """Takes a lock, waiting for it if need be.

        Raises:
            WarehouseBusy: it was not free within so many seconds.
        """
        if self.try_take(name):
            return
        if on_wait is not None:
            on_wait(self.holder(name))
        import psycopg

        milliseconds = int(seconds * 1000)
        if milliseconds > 0:
            self._connection.execute(f"set lock_timeout = {milliseconds}")
            try:
                self._connection.execute("select pg_advisory_lock(%s, %s)", [_OURS, _number(name)])
                return
            except psycopg.errors.LockNotAvailable:
                pass
        raise WarehouseBusy(
            f"{_in_words(name)} is being written by {self.holder(name)}; "
            f"waited {seconds:g} s. Try again later, or raise PLIE_LOCK_TIMEOUT."
        )

    def free(self, name: str) -> None:
        self._connection.execute("select pg_advisory_unlock(%s, %s)", [_OURS, _number(name)])

    def holder(self, name: str) -> str:
        """Who holds a lock, and since when."""
        row = self._connection.execute(_HOLDER, [_OURS, _number(name) % 2**32]).fetchone()
        if row is None or not row[0]:
            return "another process"
        return f"{str(row[0]).removesuffix(')')}, since {row[1]})"


_OPEN: WeakSet[LockKeeper] = WeakSet()


def verify_own() -> None:
    """Makes sure that this thread still holds the locks that it took: a session that was cut off has lost them.

    Raises:
        WarehouseBusy: some are lost; what they protected must not be committed.
    """
    import psycopg

    for keeper in list(_OPEN):
        if keeper._thread == threading.get_ident():
            try:
                keeper._connection.execute("select 1")
            except psycopg.OperationalError:
                raise WarehouseBusy(
                    "The session with PostgreSQL was cut off and its locks with it: nothing is committed. Try again."
                ) from None


@contextmanager
def held(
    settings: Settings,
    names: Collection[str],
    task: str,
    on_wait: Callable[[str], None] | None = None,
    *,
    at_least: float = 0,
) -> Iterator[None]:
    """Holds some locks while the block runs.

    Args:
        at_least: seconds to wait for them, however little `settings.lock_timeout` gives.

    Raises:
        WarehouseBusy: they were not all free in that time.
        LakeUnavailable: PostgreSQL cannot be reached.
    """
    keeper = LockKeeper(settings, task)
    try:
        deadline = time.monotonic() + max(settings.lock_timeout, at_least)
        for name in sorted(names):
            keeper.take(name, max(0.0, deadline - time.monotonic()), on_wait)
        yield
    finally:
        keeper.close()


def _number(name: str) -> int:
    """The second number of a lock, a signed integer of 32 bits; two names that share one would only wait needlessly."""
    number = zlib.crc32(name.encode())
    return number - 2**32 if number >= 2**31 else number


def _in_words(name: str) -> str:
    return name.removeprefix("plie ") if name.startswith("plie ") else "The warehouse"
