"""One night: fetch, take in, return acknowledgements, record what came of each PLIE, tell. Building comes after.

Fetching and returning hold no lock of the warehouse: a slow server keeps nobody from working.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from ingestion.contract import open_plie_ids, registered_plie_ids
from ingestion.loading.intake import Outcome, utc_now
from ingestion.nights import NightOutcome, night_of, record_night
from ingestion.settings import Settings
from ingestion.sources.configured import configured_source, plie_of_source
from ingestion.sources.remembered import TransportBusy
from ingestion.sources.visits import Visit, fetch_deliveries
from ingestion.sources.visits import return_acknowledgements as put_back
from orchestration.alerts import tell_night
from orchestration.pipeline import take_in

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Night:
    """What one run of a night did: visits to mailboxes, deliveries taken in, and the ledger's row of each PLIE."""

    night: date
    visits: tuple[Visit, ...]
    outcomes: tuple[Outcome, ...]
    recorded: tuple[NightOutcome, ...]


def run_night(
    settings: Settings,
    night: date | None = None,
    plie_ids: Collection[str] | None = None,
    on_visit: Callable[[Visit], None] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Night:
    """Takes in what the PLIE sent, each with its own outcome: one that fails or hangs never stops the others.

    Running a night again changes nothing: what was fetched, taken in, returned and recorded is known.

    Args:
        night: its date; that of today in Paris when None.
        plie_ids: only these; when None, all that are open, and whoever else sent something.
        on_visit, on_outcome: called after each mailbox and each delivery.

    Raises:
        SourceMisconfigured: the settings of the source cannot be right; nothing was done.
        TransportBusy, WarehouseBusy: another process fetches, or writes.
        PseudonymKeyError: the warehouse was loaded with another key.
        OSError: the data root cannot be written to.
    """
    night = night or night_of(utc_now())
    asked = open_plie_ids(night) if plie_ids is None else sorted(plie_ids)
    fetched = fetch(settings, asked, on_visit)
    outcomes = take_in(settings, plie_ids, on_outcome, on_wait)
    try:
        return_acknowledgements(settings, {*asked, *(outcome.plie_id for outcome in outcomes)})
    except TransportBusy as error:
        logger.warning("Acknowledgements go out the next night: %s", error)
    recorded = record_night(settings, night, fetched, outcomes, asked, on_wait=on_wait)
    done = Night(night, tuple(fetched), tuple(outcomes), tuple(recorded))
    tell_night(settings, done)
    return done


def fetch(
    settings: Settings, plie_ids: Collection[str], on_visit: Callable[[Visit], None] | None = None
) -> list[Visit]:
    """Brings what is new at the source into landing; nothing where files are put there by other means.

    Raises:
        SourceMisconfigured, TransportBusy: as of `run_night`.
    """
    source = configured_source(settings)
    return [] if source is None else fetch_deliveries(settings, source, mailboxes(settings, plie_ids), on_visit)


def return_acknowledgements(settings: Settings, plie_ids: Collection[str]) -> list[Visit]:
    """Puts new acknowledgements into the mailboxes; what cannot be returned now goes out the next night.

    Raises:
        SourceMisconfigured, TransportBusy: as of `run_night`.
    """
    source = configured_source(settings)
    return [] if source is None else put_back(settings, source, mailboxes(settings, plie_ids))


def mailboxes(settings: Settings, plie_ids: Collection[str]) -> list[str]:
    """Those of the PLIE that are fetched from, by the settings."""
    return sorted((plie_of_source(settings) or registered_plie_ids()) & set(plie_ids))
