"""The ledger of nights: what came of each PLIE in each night, one row, also where nothing came.

A night bears the date that it has in Paris when it runs. Writing the same night again changes nothing, unless more
became known: a delivery says more than silence, and silence more than a mailbox that could not be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import duckdb

from ingestion.contract import open_plie_ids
from ingestion.loading.case import without_zone
from ingestion.loading.intake import Outcome, utc_now
from ingestion.settings import Settings
from ingestion.sources.visits import TRANSPORT_ERROR, Visit
from ingestion.table_definitions import verify_key
from ingestion.transaction import transaction
from ingestion.warehouse import as_list_value, writing

PARIS = ZoneInfo("Europe/Paris")
NOTHING_RECEIVED = "nothing_received"

_SAYS_LITTLE = ("duplicate", "stale")
"""Statuses that tell less about a night than any other delivery of it."""


@dataclass(frozen=True)
class NightOutcome:
    """One row of `raw.night_outcomes`, in the order of its columns; `recorded_at` is UTC without zone."""

    night: date
    plie_id: str
    status: str
    n_deliveries: int
    n_attempts: int
    is_reached: bool | None
    delivery_id: str | None
    file_name: str | None
    message: str
    recorded_at: datetime


@dataclass(frozen=True)
class LatePlie:
    """A PLIE that is open and sent before, but had nothing accepted for `n_nights` nights."""

    plie_id: str
    last_accepted_on: date
    n_nights: int


def night_of(moment: datetime) -> date:
    """The night to which a moment belongs: its date in Paris."""
    return moment.astimezone(PARIS).date()


def record_night(
    settings: Settings,
    night: date,
    visits: Sequence[Visit],
    outcomes: Sequence[Outcome],
    plie_ids: Collection[str] = (),
    now: Callable[[], datetime] = utc_now,
    on_wait: Callable[[str], None] | None = None,
) -> list[NightOutcome]:
    """Writes what came of a night and returns what the ledger then says of the PLIE concerned.

    Args:
        visits: to their mailboxes, where deliveries are fetched.
        outcomes: of what was taken in, in the order in which it was.
        plie_ids: PLIE of which something is said even if nothing came; those of visits and outcomes are added.

    Raises:
        WarehouseBusy: another process writes to the warehouse.
    """
    moment = without_zone(now()).replace(microsecond=0)
    visited = {visit.plie_id: visit for visit in visits}
    received: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        received.setdefault(outcome.plie_id, []).append(outcome)
    concerned = sorted({*plie_ids, *visited, *received})
    if not concerned:
        return []
    with writing(settings, "recording the night", on_wait) as connection:
        before = recorded(connection, night)
        rows = {
            plie_id: _merged(
                before.get(plie_id),
                _outcome_of(night, plie_id, visited.get(plie_id), received.get(plie_id, []), moment),
            )
            for plie_id in concerned
        }
        changed = [row for plie_id, row in rows.items() if row != before.get(plie_id)]
        _write(connection, settings, night, changed)
    return list(rows.values())


def recorded(connection: duckdb.DuckDBPyConnection, night: date) -> dict[str, NightOutcome]:
    """What the ledger says of a night, by PLIE."""
    rows = connection.execute("from raw.night_outcomes where night = ? order by plie_id", [night]).fetchall()
    return {row[1]: NightOutcome(*row) for row in rows}


def late_plie(connection: duckdb.DuckDBPyConnection, settings: Settings, today: date) -> list[LatePlie]:
    """The open PLIE whose last accepted delivery is `settings.late_nights` nights old or older; workbooks do not count.

    A PLIE that never had one accepted is not late: it has not begun.
    """
    rows = connection.execute(
        """
        select plie_id, cast(max(timezone('Europe/Paris', timezone('UTC', received_at))) as date) as last_accepted_on
        from raw.deliveries
        where status in ('accepted', 'accepted_with_rejects') and mode <> 'survey'
            and list_contains(?::json::varchar[], plie_id)
        group by plie_id
        order by plie_id
        """,
        [as_list_value(open_plie_ids(today))],
    ).fetchall()
    late = (LatePlie(plie_id, last, (today - last).days) for plie_id, last in rows)
    return [plie for plie in late if plie.n_nights >= settings.late_nights]


def _outcome_of(
    night: date, plie_id: str, visit: Visit | None, outcomes: Sequence[Outcome], moment: datetime
) -> NightOutcome:
    """What this run alone says of a PLIE: its last delivery, else silence, else that nobody could listen."""
    failed = visit is not None and visit.status == TRANSPORT_ERROR
    said = NightOutcome(
        night=night,
        plie_id=plie_id,
        status=TRANSPORT_ERROR if failed else NOTHING_RECEIVED,
        n_deliveries=len(outcomes),
        n_attempts=visit.attempts if visit else 0,
        is_reached=None if visit is None else not failed,
        delivery_id=None,
        file_name=None,
        message=visit.message if visit else "",
        recorded_at=moment,
    )
    telling = [outcome for outcome in outcomes if outcome.status not in _SAYS_LITTLE] or list(outcomes)
    if not telling:
        return said
    last = telling[-1]
    messages = [message for message in (last.message, said.message) if message]
    return replace(
        said,
        status=last.status,
        delivery_id=last.delivery_id,
        file_name=last.file_name,
        message="; ".join(messages),
    )


def _merged(before: NightOutcome | None, now: NightOutcome) -> NightOutcome:
    """What two runs of one night say together; what the later one adds nothing to stays as it is."""
    if before is None:
        return now
    if _rank(now) < _rank(before) or _says_the_same(before, now):
        return before
    return replace(now, n_deliveries=before.n_deliveries + now.n_deliveries)


def _rank(outcome: NightOutcome) -> int:
    if outcome.status == TRANSPORT_ERROR:
        return 0
    if outcome.status == NOTHING_RECEIVED:
        return 1
    return 2 if outcome.status in _SAYS_LITTLE else 3


def _says_the_same(before: NightOutcome, now: NightOutcome) -> bool:
    return now.n_deliveries == 0 and replace(now, recorded_at=before.recorded_at, n_deliveries=0) == replace(
        before, n_deliveries=0
    )


def _write(
    connection: duckdb.DuckDBPyConnection, settings: Settings, night: date, rows: Sequence[NightOutcome]
) -> None:
    if not rows:
        return
    with transaction(connection, settings, f"recorded the night of {night}"):
        connection.execute(
            "delete from raw.night_outcomes where night = ? and list_contains(?::json::varchar[], plie_id)",
            [night, as_list_value([row.plie_id for row in rows])],
        )
        marks = ", ".join("?" for _ in astuple(rows[0]))
        connection.executemany(f"insert into raw.night_outcomes values ({marks})", [astuple(row) for row in rows])
        verify_key(connection, "raw.night_outcomes", "night", "plie_id", where=f"night = date '{night}'")
