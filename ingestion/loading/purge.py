"""Destroys kept deliveries past the retention period, and what deleted rows left in the file of the warehouse."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from ingestion.loading.case import without_zone
from ingestion.loading.compaction import compact
from ingestion.loading.intake import utc_now
from ingestion.loading.repair import repair
from ingestion.loading.turns import whoever_is_free
from ingestion.settings import Settings
from ingestion.warehouse import open_warehouse, prepare_raw, writer_lock

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Purged:
    """One kept file that was destroyed; `file` is its path below the data root."""

    delivery_id: str
    file: str


def purge(
    settings: Settings,
    older_than_days: int,
    who: str,
    now: Callable[[], datetime] = utc_now,
    on_wait: Callable[[str], None] | None = None,
) -> list[Purged]:
    """Destroys the files of archive and quarantine that were received more than `older_than_days` days ago.

    What the warehouse holds now stays reproducible: of each PLIE, the last full delivery that was loaded and everything
    created since are kept whatever their age, and so is the workbook of the survey that is loaded of each year. The
    ledger keeps what it says of a destroyed file, and `raw.purges` says when it was destroyed and by whom. The
    warehouse's file is then written anew, without what deleted rows left in it; a lake forgets its nights.

    Raises:
        ValueError: a negative number of days.
        WarehouseBusy: another process writes to the warehouse.
        OSError: a file cannot be destroyed; those before it are, and are logged.
    """
    if older_than_days < 0:
        raise ValueError("a retention period has no negative length")
    with writer_lock(settings, "purging the archive", on_wait):
        moment = without_zone(now())
        with open_warehouse(settings) as connection:
            prepare_raw(connection, settings)
            with whoever_is_free(connection, settings, "finishing what a crash left") as turn:
                repair(connection, settings, turn)
            purged = []
            for candidate in _overdue(connection, moment - timedelta(days=older_than_days)):
                (settings.data / candidate.file).unlink(missing_ok=True)
                connection.execute(
                    "insert into raw.purges values (?, ?, ?, ?, ?)",
                    [candidate.delivery_id, moment, who, candidate.file, older_than_days],
                )
                logger.info("Purged %s", candidate.file)
                purged.append(candidate)
        if settings.store == "duckdb":
            compact(settings)
        else:
            from ingestion.lake.retention import forget_all

            forget_all(settings)
    return purged


def _overdue(connection: duckdb.DuckDBPyConnection, before: datetime) -> list[Purged]:
    rows = connection.execute(
        """
        with last_full as (
            select plie_id, max(created_at) as created_at
            from raw.deliveries
            where status in ('accepted', 'accepted_with_rejects') and mode = 'full'
            group by plie_id
        )
        select deliveries.delivery_id, concat_ws('/', kept_in, deliveries.plie_id, kept_as)
        from raw.deliveries
        left join last_full using (plie_id)
        anti join raw.purges on purges.delivery_id = deliveries.delivery_id
        anti join raw.loaded_surveys on loaded_surveys.delivery_id = deliveries.delivery_id
        where
            kept_in is not null and received_at < ?
            and not (kept_in = 'archive' and coalesce(deliveries.created_at >= last_full.created_at, false))
        order by received_at, 2
        """,
        [before],
    ).fetchall()
    return [Purged(*row) for row in rows]
