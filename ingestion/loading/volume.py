"""The volume rule (V01): a full delivery that would shrink a PLIE waits until someone confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from ingestion.gate.finding import Finding, found
from ingestion.list_values import as_list_value

EXPECTED_SHARE = 0.8
"""Share of the loaded parcours that a full delivery must have at least (transfer contract §3.5)."""


def check_volume(connection: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> Mapping[int, Finding]:
    """A finding for each of the full deliveries `numbers` of the group that has too few accepted parcours."""
    shrunk = connection.execute(
        """
        with loaded as (
            select delivery.delivery_number, count(*) as parcours
            from raw.parcours
            join delivery using (plie_id)
            where delivery.mode = 'full' and list_contains(?::json::integer[], delivery.delivery_number)
            group by all
        ),
        delivered as (
            select delivery_number, count(*) as parcours from accepted_parcours group by all
        )
        select loaded.delivery_number, coalesce(delivered.parcours, 0), loaded.parcours
        from loaded
        left join delivered using (delivery_number)
        where coalesce(delivered.parcours, 0) < ? * loaded.parcours
        """,
        [as_list_value(numbers), EXPECTED_SHARE],
    ).fetchall()
    return {number: found("V01", found=delivered, expected=loaded, count=1) for number, delivered, loaded in shrunk}
