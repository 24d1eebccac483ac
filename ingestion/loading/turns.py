"""Whose deliveries this process may load now: everybody's on a file, which it has alone; on a lake, PLIE by PLIE."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse import open_warehouse, prepare_raw, writing
from ingestion.warehouse_busy import WarehouseBusy

OnBusy = Callable[[str, WarehouseBusy], None]
"""Called for a PLIE that another process kept for too long, with what to say of it."""


@dataclass(frozen=True)
class Turn:
    """PLIE that nobody else loads while it lasts; all there are when None."""

    plie_ids: Collection[str] | None

    def narrowed(self, asked: Collection[str] | None) -> Collection[str] | None:
        """Those of the turn that were asked for."""
        if self.plie_ids is None:
            return asked
        return self.plie_ids if asked is None else sorted(set(self.plie_ids) & set(asked))


class Turns(Protocol):
    """The right to load, on one connection."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection that may write, with the `raw` schema in place."""

    def each(self, waiting: Callable[[], Collection[str]], on_busy: OnBusy) -> Iterator[Turn]:
        """Turns until everybody had one for whom something waits or is unfinished; a turn ends as the next is asked."""

    def of(self, plie_id: str) -> AbstractContextManager[None]:
        """One PLIE alone while the block runs.

        Raises:
            WarehouseBusy: another process kept it for `lock_timeout` seconds.
        """


@dataclass(frozen=True)
class _TurnsOnFile:
    connection: duckdb.DuckDBPyConnection

    def each(self, waiting: Callable[[], Collection[str]], on_busy: OnBusy) -> Iterator[Turn]:
        yield Turn(None)

    def of(self, plie_id: str) -> AbstractContextManager[None]:
        return nullcontext()


@contextmanager
def loading(settings: Settings, task: str, on_wait: Callable[[str], None] | None = None) -> Iterator[Turns]:
    """The right to load while the block runs.

    Args:
        task: what this process does, in words, for whoever waits for it.
        on_wait: called with a description of who is at work, before waiting.

    Raises:
        WarehouseBusy: another process writes to the file.
        LakeUnavailable: the lake cannot be opened.
    """
    if settings.store == "duckdb":
        with writing(settings, task, on_wait) as connection:
            yield _TurnsOnFile(connection)
        return
    from ingestion.lake.turns import TurnsOnLake

    settings.data.mkdir(parents=True, exist_ok=True)
    connection = open_warehouse(settings)
    try:
        prepare_raw(connection, settings)
        yield TurnsOnLake(connection, settings, task, on_wait)
    finally:
        connection.close()


def whoever_is_free(
    connection: duckdb.DuckDBPyConnection, settings: Settings, task: str
) -> AbstractContextManager[Turn]:
    """A turn for finishing what is unfinished: everybody on a file, whose writer the caller is; on a lake, of the PLIE
    with something unfinished those that no other process is at work on."""
    if settings.store == "duckdb":
        return nullcontext(Turn(None))
    from ingestion.lake import turns

    return turns.whoever_is_free(connection, settings, task)
