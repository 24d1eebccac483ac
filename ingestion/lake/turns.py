"""Turns on a lake: some PLIE at a time, so that several processes share what waits and none holds another up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from ingestion.lake.locks import LockKeeper, held, plie_lock
from ingestion.loading.ledger import unfiled_plie
from ingestion.loading.turns import OnBusy, Turn
from ingestion.settings import Settings
from ingestion.warehouse_busy import WarehouseBusy

AT_ONCE = 16
"""PLIE of one turn: few enough to leave some to others, many enough that one commit serves them all."""


@dataclass(frozen=True)
class TurnsOnLake:
    """See `ingestion.loading.turns.Turns`."""

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    task: str
    on_wait: Callable[[str], None] | None = None

    def each(self, waiting: Callable[[], Collection[str]], on_busy: OnBusy) -> Iterator[Turn]:
        """First whoever is free, some at a time; then, one by one, those whom another process had, if need be still."""
        asked = set(waiting())
        left = sorted(asked | set(unfiled_plie(self.connection)))
        taken_elsewhere: list[str] = []
        while left:
            keeper = LockKeeper(self.settings, self.task)
            try:
                mine: list[str] = []
                while left and len(mine) < AT_ONCE:
                    plie_id = left.pop(0)
                    (mine if keeper.try_take(plie_lock(plie_id)) else taken_elsewhere).append(plie_id)
                if mine:
                    yield Turn(mine)
            finally:
                keeper.close()
        # Finishing what others left undone can wait until they are gone: only what was asked for is waited for, and
        # where one was kept for too long, not the next one as well.
        seconds = self.settings.lock_timeout
        for plie_id in sorted(asked.intersection(taken_elsewhere)):
            try:
                with self._alone(plie_id, seconds):
                    if plie_id in waiting():
                        yield Turn([plie_id])
            except WarehouseBusy as error:
                seconds = 0
                on_busy(plie_id, error)

    @contextmanager
    def of(self, plie_id: str) -> Iterator[None]:
        with self._alone(plie_id, self.settings.lock_timeout):
            yield

    @contextmanager
    def _alone(self, plie_id: str, seconds: float) -> Iterator[None]:
        patient = self.settings.model_copy(update={"lock_timeout": seconds})
        with held(patient, [plie_lock(plie_id)], self.task, self.on_wait):
            yield


@contextmanager
def whoever_is_free(connection: duckdb.DuckDBPyConnection, settings: Settings, task: str) -> Iterator[Turn]:
    """A turn of those PLIE with something unfinished that no other process is at work on."""
    keeper = LockKeeper(settings, task)
    try:
        yield Turn([name for name in unfiled_plie(connection) if keeper.try_take(plie_lock(name))])
    finally:
        keeper.close()
