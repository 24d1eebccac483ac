"""How a delivery stands against what came before it: known already, not newer, or a delta with nothing to apply to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pyarrow as pa

from ingestion.list_values import as_list_value
from ingestion.settings import Settings

OF_THE_WAREHOUSE = ("T04", "T05", "T06", "T13")
"""Rules that depend on the clock, on the register or on what is loaded, so that the same bytes may pass them later."""


@dataclass(frozen=True)
class LoadedPlie:
    """What is loaded of one PLIE; `created_at` is UTC without zone."""

    plie_id: str
    delivery_id: str
    load_number: int
    created_at: datetime
    coverage_from: date
    coverage_to: date


@dataclass(frozen=True)
class Standing:
    """What the warehouse knows of the PLIE of one group."""

    loaded: Mapping[str, LoadedPlie]
    settled: Collection[tuple[str, str]]
    """PLIE and sha256 of deliveries about which there is nothing more to say."""
    received: Collection[tuple[str, str]]
    """PLIE and sha256 of every delivery that ever came."""
    taken: Collection[str]
    """Names that are used already: delivery ids, and paths below the data root of acknowledgements and kept files."""


def standing(
    connection: duckdb.DuckDBPyConnection, settings: Settings, plie_ids: Collection[str], digests: Collection[str]
) -> Standing:
    """What the ledger says of some PLIE and of deliveries with some sha256, wherever those were sent."""
    chosen = [as_list_value(sorted(plie_ids))]
    loaded = connection.execute(
        "from raw.loaded_plie where list_contains(?::json::varchar[], plie_id)", chosen
    ).fetchall()
    deliveries = connection.execute(
        f"""
        select
            plie_id, sha256, delivery_id, acknowledged_as, kept_in, kept_as,
            status not in ('refused', 'duplicate') or exists (
                from raw.findings
                where
                    findings.delivery_id = deliveries.delivery_id and severity = 'refuse'
                    and rule not in {OF_THE_WAREHOUSE}
            ) as is_settled
        from raw.deliveries
        where list_contains(?::json::varchar[], plie_id) or list_contains(?::json::varchar[], left(sha256, 12))
        """,
        [*chosen, as_list_value(digest[:12] for digest in digests)],
    ).fetchall()
    taken: set[str] = set()
    for plie_id, _, delivery_id, acknowledged_as, kept_in, kept_as, _ in deliveries:
        taken |= {delivery_id, f"outbox/{plie_id}/{acknowledged_as}", f"{kept_in}/{plie_id}/{kept_as}"}
    for room in (settings.archive, settings.quarantine):
        for plie_id in plie_ids:
            if (room / plie_id).is_dir():
                kept = [path.name for path in (room / plie_id).iterdir()]
                taken |= {f"{room.name}/{plie_id}/{name}" for name in kept}
    return Standing(
        loaded={row[0]: LoadedPlie(*row) for row in loaded},
        settled={(row[0], row[1]) for row in deliveries if row[-1]},
        received={(row[0], row[1]) for row in deliveries},
        taken=taken,
    )


def note_loaded(connection: duckdb.DuckDBPyConnection, loaded: Sequence[LoadedPlie]) -> None:
    """Writes down what is loaded of some PLIE now, in place of what was before."""
    columns = list(LoadedPlie.__dataclass_fields__)
    rows = pa.table({column: [getattr(plie, column) for plie in loaded] for column in columns})
    connection.register("loaded_now", rows)
    connection.execute("delete from raw.loaded_plie where plie_id in (select plie_id from loaded_now)")
    connection.execute("insert into raw.loaded_plie by name from loaded_now")
    connection.unregister("loaded_now")
