"""The deliveries on which what is loaded rests, each found in the archive as it came."""

from __future__ import annotations

import hashlib

import duckdb

from ingestion.settings import Settings

RESTS_ON = """
with last_full as (
    select deliveries.plie_id, max(deliveries.created_at) as created_at
    from raw.deliveries
    inner join raw.loaded_plie as loaded using (plie_id)
    where
        deliveries.mode = 'full' and deliveries.status in ('accepted', 'accepted_with_rejects')
        and deliveries.created_at <= loaded.created_at
    group by deliveries.plie_id
)

select
    deliveries.plie_id, deliveries.delivery_id, deliveries.file_name, deliveries.sha256, deliveries.mode,
    deliveries.kept_in, deliveries.kept_as
from raw.deliveries
inner join raw.loaded_plie as loaded on deliveries.plie_id = loaded.plie_id
inner join last_full on deliveries.plie_id = last_full.plie_id
where
    deliveries.mode in ('full', 'delta') and deliveries.status in ('accepted', 'accepted_with_rejects')
    and deliveries.created_at between last_full.created_at and loaded.created_at
union all
select
    deliveries.plie_id, deliveries.delivery_id, deliveries.file_name, deliveries.sha256, deliveries.mode,
    deliveries.kept_in, deliveries.kept_as
from raw.deliveries
inner join raw.loaded_surveys as loaded on deliveries.delivery_id = loaded.delivery_id
where loaded.year <= $year
"""
"""Deliveries from which everything that is loaded now can be loaded again: of each PLIE the last full one and the
deltas after it, and each workbook that is loaded of this year or a former one."""


class ArchiveIncomplete(RuntimeError):
    """A delivery on which an edition rests is not in the archive as it came; the message says which."""


def rests_on(connection: duckdb.DuckDBPyConnection, settings: Settings, year: int) -> list[dict[str, object]]:
    """What the loaded rows rest on, each file looked at in the archive: the columns of `edition_deliveries`.

    Raises:
        ArchiveIncomplete: a file is missing, or a delivery is not as it came.
    """
    found, wrong = [], []
    for plie_id, delivery_id, file_name, sent, mode, kept_in, kept_as in connection.execute(
        f"{RESTS_ON} order by 1, 2", {"year": year}
    ).fetchall():
        path = settings.data / str(kept_in) / plie_id / str(kept_as)
        try:
            with path.open("rb") as file:
                kept = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            wrong.append(f"{delivery_id}: {error.strerror or error}")
            continue
        # Of a workbook the archive keeps a copy that says less than what came (docs/decisions/0008).
        if mode != "survey" and kept != sent:
            wrong.append(f"{delivery_id}: not as it came")
        whose = {"plie_id": plie_id, "delivery_id": delivery_id, "file_name": file_name}
        found.append({**whose, "sha256": kept, "mode": mode, "kept_as": kept_as})
    if wrong:
        raise archive_incomplete(wrong)
    return found


def archive_incomplete(wrong: list[str]) -> ArchiveIncomplete:
    """The error that lists what is missing or changed."""
    listed = "; ".join(wrong[:5])
    return ArchiveIncomplete(
        f"{len(wrong)} deliveries are not in the archive as they should be ({listed}{'; …' if len(wrong) > 5 else ''}):"
        " an edition that rests on them cannot be rebuilt. Restore the archive, then try again."
    )
