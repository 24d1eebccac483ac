"""What one run took in, PLIE by PLIE, with what the ledger says of it: the plain side of the asset `deliveries`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from ingestion.loading.case import without_zone
from ingestion.loading.intake import Outcome, utc_now
from ingestion.settings import Settings
from ingestion.warehouse import reading
from orchestration import senders
from orchestration.alerts import tell_night
from orchestration.night import run_night
from orchestration.senders import Arrival, Finding, NightRows

LOADED = ("accepted", "accepted_with_rejects")
BAD = ("refused", "held", "error", "transport_error")
"""Statuses after which somebody has something to do."""

NIGHTS_SHOWN = 60


@dataclass(frozen=True)
class PlieTakenIn:
    """What a run took in of one PLIE. `coverage` is what is loaded of it now, None when nothing is."""

    plie_id: str
    night: date
    status: str
    attempts: int
    message: str
    outcomes: tuple[Outcome, ...]
    arrivals: tuple[Arrival, ...]
    findings: tuple[Finding, ...]
    coverage: tuple[date, date] | None
    is_news: bool
    """False where the ledger said the same of this night before the run."""

    @property
    def is_loaded(self) -> bool:
        """Whether this run loaded something of it."""
        return any(outcome.status in LOADED for outcome in self.outcomes)

    @property
    def is_bad(self) -> bool:
        """Whether its last delivery of the night was refused, held or failed, or it could not be reached."""
        return self.status in BAD

    @property
    def told(self) -> str:
        """Status and, where there is one, the message that goes with it."""
        return f"{self.status}: {self.message}" if self.message else self.status


@dataclass(frozen=True)
class TakenIn:
    """One run's night: every PLIE that was asked, whatever came of it, and every delivery."""

    night: date
    senders: tuple[PlieTakenIn, ...]
    outcomes: tuple[Outcome, ...]
    rows_per_night: tuple[NightRows, ...]


def take_in_night(
    settings: Settings,
    plie_ids: Collection[str] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> TakenIn:
    """Fetches, takes in, acknowledges, records and alerts; then reads what the ledger says of each PLIE asked.

    Raises:
        WarehouseBusy: another process writes.
        OSError: the data root cannot be written to.
    """
    started = without_zone(utc_now()).replace(microsecond=0)
    done = run_night(settings, plie_ids=plie_ids, on_outcome=on_outcome)
    tell_night(settings, done)
    by_plie = defaultdict[str, list[Outcome]](list)
    for outcome in done.outcomes:
        by_plie[outcome.plie_id].append(outcome)
    with reading(settings) as connection:
        known = senders.arrivals(connection, [entry.delivery_id for entry in done.outcomes if entry.delivery_id])
        covered = senders.coverage(connection)
        found = defaultdict[str, list[Finding]](list)
        for finding in senders.findings(connection):
            found[finding.plie_id].append(finding)
        nights = senders.rows_per_night(connection, NIGHTS_SHOWN)
    return TakenIn(
        night=done.night,
        senders=tuple(
            PlieTakenIn(
                plie_id=recorded.plie_id,
                night=done.night,
                status=recorded.status,
                attempts=recorded.n_attempts,
                message=recorded.message or "",
                outcomes=tuple(by_plie[recorded.plie_id]),
                arrivals=tuple(
                    known[outcome.delivery_id]
                    for outcome in by_plie[recorded.plie_id]
                    if outcome.delivery_id is not None and outcome.delivery_id in known
                ),
                findings=tuple(found[recorded.plie_id]) if by_plie[recorded.plie_id] else (),
                coverage=covered.get(recorded.plie_id),
                is_news=recorded.recorded_at >= started,
            )
            for recorded in done.recorded
        ),
        outcomes=tuple(done.outcomes),
        rows_per_night=tuple(nights),
    )
