"""Whether the marts are those of what is loaded now: an edition is never frozen from older ones."""

from __future__ import annotations

import duckdb


class MartsOutOfDate(RuntimeError):
    """The marts are not those of what is loaded; the message says what to run."""


def verify_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes sure that the last build was complete and made of the deliveries and workbooks that are loaded now.

    Raises:
        MartsOutOfDate: nothing was built, a build failed or dbt was run by hand since, or something was loaded since.
    """
    if not _is_complete(connection):
        raise MartsOutOfDate("The last build is not complete, or dbt was run by hand since: run `plie build` first.")
    changed = connection.execute(
        """
        with loaded as (
            select delivery_id from raw.loaded_plie union select delivery_id from raw.loaded_surveys
        ),

        built as (select delivery_id from marts.fct_deliveries where is_current)

        (from loaded except from built) union (from built except from loaded) order by 1
        """
    ).fetchall()
    if changed:
        raise MartsOutOfDate(
            f"{len(changed)} deliveries came or went since the last build ({changed[0][0]}…): run `plie build` first."
        )


def _is_complete(connection: duckdb.DuckDBPyConnection) -> bool:
    """The record of the last build is dropped before dbt's first node and written after its last (decision 0006)."""
    known = connection.execute(
        "select count(*) from duckdb_tables() where database_name = current_database() and"
        " schema_name = 'orchestration' and table_name = 'last_build'"
    ).fetchone()
    return known == (1,) and connection.execute("select count(*) from orchestration.last_build").fetchone() != (0,)
