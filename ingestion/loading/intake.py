"""Takes in what waits in landing: repairs what a crash left, reads ahead, loads group by group, files and reports."""

from __future__ import annotations

import logging
import random
import time
import traceback
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from ingestion.gate.reading import Delivery, read_delivery
from ingestion.loading.case import Arrival
from ingestion.loading.filing import file_away
from ingestion.loading.group import load_group
from ingestion.loading.landing import Landed, waiting
from ingestion.loading.ledger import AlreadyKnown, LedgerEntry, ResourceCounts, came_between, mark_filed
from ingestion.loading.pseudonym import use_key
from ingestion.loading.read_ahead import GROUP_BYTES, read_ahead
from ingestion.loading.repair import repair
from ingestion.loading.turns import loading
from ingestion.settings import Settings
from ingestion.warehouse_busy import WarehouseBusy

logger = logging.getLogger(__name__)

ERROR = "error"
"""Status of a delivery that could not be taken in for a reason that is not its own; it stays in landing."""

_FILING_THREADS = 4
_ATTEMPTS = 5
_BACKOFF = 0.2
"""Seconds before the second attempt to commit to a lake; twice as long before each further one."""
_NO_ROOM = ("No space left on device", "File too large", "Disk quota exceeded", "Read-only file system")
"""What DuckDB says, among other things, of a commit that could not be written to the disk."""
_GRAVEST_FIRST = ("refuse", "hold", "reject", "warn")


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery: a status of the contract, or `error`; `message` is its gravest finding's, if any."""

    file_name: str
    plie_id: str
    status: str
    delivery_id: str | None = None
    resources: tuple[ResourceCounts, ...] = ()
    message: str = ""


def utc_now() -> datetime:
    """The present, with its zone."""
    return datetime.now(UTC)


def load_landing(
    settings: Settings,
    plie_ids: Collection[str] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
    now: Callable[[], datetime] = utc_now,
) -> list[Outcome]:
    """Gates and loads every delivery that waits in landing, each with its own outcome.

    Args:
        plie_ids: only deliveries of these PLIE; all when None.
        on_outcome: called after each delivery, in the order in which they are taken.
        on_wait: called once with a description of who holds the warehouse, before waiting for it.
        now: the clock, with its zone.

    Raises:
        WarehouseBusy: another process writes to the warehouse.
        PseudonymKeyError: the warehouse was loaded with another key.
        OSError: the data root cannot be written to.
    """
    outcomes: list[Outcome] = []

    def report(batch: Iterable[Outcome]) -> None:
        for outcome in batch:
            outcomes.append(outcome)
            logger.info("%s %s: %s", outcome.plie_id, outcome.file_name, outcome.status)
            if on_outcome is not None:
                on_outcome(outcome)

    def kept_elsewhere(plie_id: str, busy: WarehouseBusy) -> None:
        report([_failed(file.plie_id, file.name, busy) for file in waiting(settings, [plie_id])])

    def waiting_plie() -> set[str]:
        return {file.plie_id for file in waiting(settings, plie_ids)}

    with loading(settings, "loading deliveries", on_wait) as turns:
        for turn in turns.each(waiting_plie, kept_elsewhere):
            repair(turns.connection, settings, turn)
            files = waiting(settings, turn.narrowed(plie_ids))
            if files:
                use_key(turns.connection, settings)
                with closing(_arrivals(files, settings, now, report)) as arrivals:
                    for group in _groups(arrivals):
                        report(_load(turns.connection, settings, group))
    return outcomes


def _arrivals(
    files: Sequence[Landed], settings: Settings, now: Callable[[], datetime], report: Callable[[list[Outcome]], None]
) -> Generator[Arrival]:
    """Reads the files; one that cannot be read is reported and left where it is."""

    def read(landed: Landed) -> tuple[Delivery, datetime]:
        clock = now().astimezone(UTC)
        delivery = read_delivery(landed.path, landed.plie_id, clock, file_name=landed.name)
        return delivery, clock.replace(tzinfo=None, microsecond=0)

    with closing(read_ahead(files, read, settings.threads)) as readings:
        for landed, reading in readings:
            try:
                delivery, received_at = reading.result()
            except FileNotFoundError:
                logger.warning("%s %s went away before it could be read", landed.plie_id, landed.name)
            except Exception as error:
                report([_failed(landed.plie_id, landed.name, error)])
            else:
                yield Arrival(landed.plie_id, delivery, received_at)


def _groups(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """Arrivals that can be loaded together: of different PLIE, one contract version, not too much text."""
    group: list[Arrival] = []
    text, version = 0, None
    for arrival in arrivals:
        contract = arrival.delivery.contract
        other_version = contract is not None and version is not None and contract.version != version
        same_plie = any(arrival.plie_id == other.plie_id for other in group)
        if group and (same_plie or other_version or text + arrival.delivery.text_bytes > GROUP_BYTES):
            yield group
            group, text, version = [], 0, None
        group.append(arrival)
        text += arrival.delivery.text_bytes
        version = contract.version if contract is not None else version
    if group:
        yield group


def _load(connection: duckdb.DuckDBPyConnection, settings: Settings, group: Sequence[Arrival]) -> list[Outcome]:
    """Loads a group; when that fails, its deliveries one by one, so that none keeps another from loading."""
    try:
        entries = _load_group(connection, settings, group)
    except duckdb.FatalException:
        raise
    except Exception as error:
        if len(group) == 1:
            return [_failed(group[0].plie_id, group[0].file_name, error)]
        logger.warning("A group of %d deliveries failed (%s): taking them one by one", len(group), _in_words(error))
        return [outcome for arrival in group for outcome in _load(connection, settings, [arrival])]
    return _file(connection, settings, list(zip(group, entries, strict=True)))


def _load_group(
    connection: duckdb.DuckDBPyConnection, settings: Settings, group: Sequence[Arrival]
) -> list[LedgerEntry]:
    """Loads a group, again from the start where somebody else's commit to a lake came between."""
    for attempt in range(_ATTEMPTS - 1):
        try:
            return load_group(connection, settings, group)
        except (duckdb.TransactionException, AlreadyKnown) as error:
            if not came_between(error):
                raise
            logger.warning("Somebody else's commit came between (%s): loading the group again", _in_words(error))
            time.sleep(random.uniform(0.5, 1) * _BACKOFF * 2**attempt)  # noqa: S311 - no secret is made of it
    return load_group(connection, settings, group)


def _file(
    connection: duckdb.DuckDBPyConnection, settings: Settings, loaded: Sequence[tuple[Arrival, LedgerEntry]]
) -> list[Outcome]:
    """Acknowledgements out, deliveries away. What cannot be filed now is repaired at the next load."""

    def attempt(pair: tuple[Arrival, LedgerEntry]) -> OSError | None:
        try:
            file_away(settings, pair[1], pair[0].delivery.mark)
        except OSError as error:
            return error
        return None

    with ThreadPoolExecutor(_FILING_THREADS, thread_name_prefix="filing") as pool:
        failures = list(pool.map(attempt, loaded))
    filed = [entry.delivery_id for (_, entry), failed in zip(loaded, failures, strict=True) if not failed]
    mark_filed(connection, settings, filed)
    outcomes = []
    for (_, entry), failure in zip(loaded, failures, strict=True):
        gravest = min(entry.findings, key=lambda finding: _GRAVEST_FIRST.index(finding.severity), default=None)
        message = gravest.message if gravest else ""
        if failure is not None:
            logger.error("%s is in the ledger but could not be filed: %s", entry.delivery_id, failure)
            message = f"not filed yet: {failure}"
        outcomes.append(
            Outcome(entry.file_name, entry.plie_id, entry.status, entry.delivery_id, entry.resources, message)
        )
    return outcomes


def _failed(plie_id: str, file_name: str, error: Exception) -> Outcome:
    logger.error("%s %s could not be taken in and stays in landing: %s", plie_id, file_name, _in_words(error))
    return Outcome(file_name, plie_id, ERROR, message=_in_words(error))


def _in_words(error: Exception) -> str:
    """What went wrong, and where; without the error's own text unless it is about files, since it may quote a row."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    is_about_files = isinstance(error, OSError | duckdb.IOException | duckdb.OutOfMemoryException | WarehouseBusy)
    said = f": {error}" if is_about_files or any(reason in str(error) for reason in _NO_ROOM) else ""
    return f"{type(error).__name__}{said}{place}"
