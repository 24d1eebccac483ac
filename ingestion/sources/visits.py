"""Goes round the mailboxes: several at once, each apart from the others, those that failed again after a while."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from ingestion.settings import Settings
from ingestion.sources.fetching import Haul, fetch_new, remove_leftovers
from ingestion.sources.mailbox import Source, TransportError
from ingestion.sources.remembered import transport_lock
from ingestion.sources.returning import return_new, waiting_to_return

logger = logging.getLogger(__name__)

FETCHED, NOTHING, RETURNED, TRANSPORT_ERROR = "fetched", "nothing", "returned", "transport_error"
_GROWTH = 4
"""How many times longer each wait is than the one before."""

Errand = Callable[[str, Haul], None]
"""What is done at the mailbox of a PLIE; what it brought is put into the haul as it goes."""


@dataclass(frozen=True)
class Visit:
    """What came of going to the mailbox of one PLIE in one night.

    `status` is `fetched`, `nothing`, `returned` or `transport_error`; `files` are the names that were brought, as they
    may be written down, also those that came before an error; `message` holds no secret.
    """

    plie_id: str
    status: str
    files: tuple[str, ...] = ()
    attempts: int = 1
    message: str = ""


def fetch_deliveries(
    settings: Settings,
    source: Source,
    plie_ids: Collection[str],
    on_visit: Callable[[Visit], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Visit]:
    """Fetches what is new in the mailboxes of these PLIE into landing. Does not touch the warehouse.

    Raises:
        TransportBusy: another process does it.
    """

    def errand(plie_id: str, haul: Haul) -> None:
        with source.open(plie_id) as mailbox:
            fetch_new(mailbox, settings, plie_id, haul, sleep)

    with transport_lock(settings):
        for plie_id in plie_ids:
            remove_leftovers(settings, plie_id)
        return _go_round(settings, plie_ids, errand, FETCHED, on_visit, sleep)


def return_acknowledgements(
    settings: Settings,
    source: Source,
    plie_ids: Collection[str],
    on_visit: Callable[[Visit], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Visit]:
    """Puts the acknowledgements that were not returned yet into the mailboxes; goes to no PLIE that has none.

    Raises:
        TransportBusy: another process does it.
    """

    def errand(plie_id: str, haul: Haul) -> None:
        with source.open(plie_id) as mailbox:
            return_new(mailbox, settings, plie_id, haul)

    with transport_lock(settings):
        concerned = [plie_id for plie_id in plie_ids if waiting_to_return(settings, plie_id)]
        return _go_round(settings, concerned, errand, RETURNED, on_visit, sleep)


def _go_round(
    settings: Settings,
    plie_ids: Iterable[str],
    errand: Errand,
    done: str,
    on_visit: Callable[[Visit], None] | None,
    sleep: Callable[[float], None],
) -> list[Visit]:
    """All mailboxes, then after a wait those that failed, and so on: a server that is down costs one wait, not 145."""
    hauls = {plie_id: Haul() for plie_id in sorted(plie_ids)}
    visits: dict[str, Visit] = {}
    due = list(hauls)
    for attempt in range(1, settings.source_attempts + 1):
        if attempt > 1:
            sleep(settings.source_backoff * _GROWTH ** (attempt - 2))
        again = []
        with ThreadPoolExecutor(settings.source_connections, thread_name_prefix="mailbox") as pool:
            running = {pool.submit(_attempt, errand, plie_id, hauls[plie_id]): plie_id for plie_id in due}
            for future in as_completed(running):
                plie_id, failure = running[future], future.result()
                visit = _visit(plie_id, hauls[plie_id], failure, attempt, done)
                if failure is not None and not failure.lasting and attempt < settings.source_attempts:
                    logger.warning("%s: %s; trying again", plie_id, failure)
                    again.append(plie_id)
                    continue
                visits[plie_id] = visit
                if on_visit is not None:
                    on_visit(visit)
        due = sorted(again)
        if not due:
            break
    return [visits[plie_id] for plie_id in hauls]


def _attempt(errand: Errand, plie_id: str, haul: Haul) -> TransportError | None:
    """One PLIE's trouble, whatever it is, stays its own."""
    try:
        errand(plie_id, haul)
    except TransportError as error:
        return error
    except OSError as error:
        logger.error("%s: files cannot be written or read here: %s", plie_id, error.strerror or type(error).__name__)
        return TransportError(f"here: {error.strerror or type(error).__name__}", lasting=True)
    except Exception as error:
        # Without the error's own text, which may hold what the other side sent.
        place = traceback.extract_tb(error.__traceback__)[-1]
        said = f"unexpected {type(error).__name__} at {place.name}, line {place.lineno}"
        logger.error("%s: %s", plie_id, said)
        return TransportError(said, lasting=True)
    return None


def _visit(plie_id: str, haul: Haul, failure: TransportError | None, attempt: int, done: str) -> Visit:
    without_failure = done if haul.files else NOTHING
    status = without_failure if failure is None else TRANSPORT_ERROR
    said = [*([str(failure)] if failure else []), *haul.left]
    return Visit(plie_id, status, tuple(haul.files), attempt, "; ".join(said))
