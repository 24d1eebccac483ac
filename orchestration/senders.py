"""What the ledger says of the senders, read for Dagster's pages: arrivals, findings, rows per night, who is unexpected.

Only reading, only counting; what a figure of the consolidation is made of is decided by dbt alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse import as_list_value

LAST_DELIVERIES = """
    select * from raw.deliveries
    where mode is distinct from 'survey' and status not in ('duplicate', 'stale')
    qualify row_number() over (partition by plie_id order by received_at desc, delivery_id desc) = 1
"""
"""The delivery that counts for each PLIE now: the last one that said something new, whatever became of it."""


@dataclass(frozen=True)
class Finding:
    """How many rows of a PLIE's delivery broke a rule (1 for a rule on all of it), and the French message."""

    plie_id: str
    file_name: str
    rule: str
    severity: str
    count: int
    message: str


@dataclass(frozen=True)
class Arrival:
    """One delivery of the ledger with its rows over all resources, and where its acknowledgement lies."""

    plie_id: str
    delivery_id: str
    file_name: str
    status: str
    received: int
    loaded: int
    rejected: int
    warned: int
    acknowledged_as: str


@dataclass(frozen=True)
class NightRows:
    """Rows that the deliveries of one night (a date in Paris) brought."""

    night: date
    loaded: int
    rejected: int


def arrivals(connection: duckdb.DuckDBPyConnection, delivery_ids: Sequence[str]) -> dict[str, Arrival]:
    """Entries of the ledger by the id of their delivery."""
    rows = connection.execute(
        """
        select plie_id, delivery_id, file_name, status,
            coalesce(sum(received), 0)::bigint, coalesce(sum(loaded), 0)::bigint,
            coalesce(sum(rejected), 0)::bigint, coalesce(sum(warned), 0)::bigint, acknowledged_as
        from raw.deliveries left join raw.delivery_resources using (delivery_id)
        where list_contains(?::json::varchar[], delivery_id)
        group by all
        """,
        [as_list_value(delivery_ids)],
    ).fetchall()
    return {row[1]: Arrival(*row) for row in rows}


def coverage(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[date, date]]:
    """First and last day that is loaded of each PLIE."""
    rows = connection.execute("select plie_id, coverage_from, coverage_to from raw.loaded_plie").fetchall()
    return {plie_id: (start, end) for plie_id, start, end in rows}


def rows_per_night(connection: duckdb.DuckDBPyConnection, nights: int) -> list[NightRows]:
    """Rows loaded and rejected on the last nights on which something came, the oldest first."""
    rows = connection.execute(
        """
        select * from (
            select
                (received_at at time zone 'UTC' at time zone 'Europe/Paris')::date as night,
                sum(loaded)::bigint, sum(rejected)::bigint
            from raw.deliveries join raw.delivery_resources using (delivery_id)
            group by night order by night desc limit ?
        )
        order by night
        """,
        [nights],
    ).fetchall()
    return [NightRows(*row) for row in rows]


def findings(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """What the gate found in the last delivery of each PLIE, gravest first within a PLIE."""
    rows = connection.execute(
        f"""
        select plie_id, file_name, rule, severity, sum(count)::bigint, any_value(findings.message)
        from ({LAST_DELIVERIES}) as last join raw.findings using (delivery_id)
        group by plie_id, file_name, rule, severity
        order by plie_id, list_position(['refuse', 'hold', 'reject', 'warn'], severity), rule
        """
    ).fetchall()
    return [Finding(*row) for row in rows]


def last_statuses(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What became of the delivery that counts for each PLIE."""
    return dict(connection.execute(f"select plie_id, status from ({LAST_DELIVERIES})").fetchall())


def loaded_plie(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """PLIE of which something is loaded."""
    return {plie_id for (plie_id,) in connection.execute("select plie_id from raw.loaded_plie").fetchall()}


def ledger_plie(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """PLIE under whose name anything ever came, whatever became of it."""
    return {plie_id for (plie_id,) in connection.execute("select distinct plie_id from raw.deliveries").fetchall()}


def landing_folders(settings: Settings) -> set[str]:
    """Names of the folders in landing, one for each PLIE that sends."""
    if not settings.landing.is_dir():
        return set()
    return {path.name for path in settings.landing.iterdir() if path.is_dir() and not path.name.startswith(".")}
