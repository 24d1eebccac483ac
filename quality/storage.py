"""Keeps every run of the gate in the warehouse (schema `quality`), and reads the last one of a year again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb

from ingestion.code_version import code_version
from ingestion.table_definitions import create, describe, verify_key
from quality.results import CheckResult, FailingRow, GateResult

TABLES = """
create schema if not exists quality;
create table if not exists quality.runs (
    run_id varchar primary key,
    year integer not null,
    started_at timestamp not null,
    finished_at timestamp not null,
    code_version varchar not null,
    verdict varchar not null
);
create table if not exists quality.results (
    run_id varchar not null,
    check_id varchar not null,
    suite varchar not null,
    severity varchar not null,
    status varchar not null,
    plie_id varchar,
    observed double,
    expected varchar not null,
    message_fr varchar not null,
    n_rows bigint not null,
    waived_reason varchar,
    position integer not null
);
create table if not exists quality.failing_rows (
    run_id varchar not null,
    check_id varchar not null,
    plie_id varchar,
    label varchar not null,
    value double,
    expected varchar not null,
    position integer not null
);
"""

COMMENTS = {
    "quality.runs": "One row per run of the gate.",
    "quality.runs.run_id": "Year and moment (UTC) of the run.",
    "quality.runs.year": "Year that was examined.",
    "quality.runs.started_at": "When it began, in UTC.",
    "quality.runs.finished_at": "When it ended, in UTC.",
    "quality.runs.code_version": "Digest of the code that decided.",
    "quality.runs.verdict": "blocked, to_answer or clear.",
    "quality.results": "One row per run, check and PLIE.",
    "quality.results.run_id": "Run of the gate.",
    "quality.results.check_id": "Check, as in the catalogue of checks.",
    "quality.results.suite": "Subject of the check.",
    "quality.results.severity": "blocking (stops an edition) or warning (needs an answer).",
    "quality.results.status": "pass, fail, error (could not be run) or not_applicable (nothing to judge).",
    "quality.results.plie_id": "PLIE that was judged; null for the nation.",
    "quality.results.observed": "Value that decided, in the unit of the check.",
    "quality.results.expected": "French words for what was expected.",
    "quality.results.message_fr": "What is wrong, in one French sentence; empty for a pass.",
    "quality.results.n_rows": "Rows that break the check.",
    "quality.results.waived_reason": "Answer that held when the run ended.",
    "quality.results.position": "Order of reading.",
    "quality.failing_rows": "One row per run and row that broke a check: never a person.",
    "quality.failing_rows.run_id": "Run of the gate.",
    "quality.failing_rows.check_id": "Check that it breaks.",
    "quality.failing_rows.plie_id": "PLIE that was judged; null for the nation.",
    "quality.failing_rows.label": "French words that name the row.",
    "quality.failing_rows.value": "Its value, in the unit of the check.",
    "quality.failing_rows.expected": "French words for what was expected.",
    "quality.failing_rows.position": "Order of reading.",
}
"""What each table and column holds; the snapshot carries it to analysts."""


def verdict(result: GateResult) -> str:
    """`blocked`, `to_answer` or `clear`."""
    if result.blocking:
        return "blocked"
    return "to_answer" if result.unanswered else "clear"


def store(
    connection: duckdb.DuckDBPyConnection, result: GateResult, started_at: datetime, finished_at: datetime
) -> None:
    """Adds one run to the warehouse; what earlier ones found stays. Times are UTC without zone."""
    create(connection, TABLES)
    connection.execute("begin")
    describe(connection, COMMENTS)
    connection.execute(
        "insert into quality.runs values (?, ?, ?, ?, ?, ?)",
        [result.run_id, result.year, started_at, finished_at, code_version(), verdict(result)],
    )
    verify_key(connection, "quality.runs", "run_id")
    _insert(
        connection,
        "results",
        [
            {
                "run_id": result.run_id,
                "check_id": found.check_id,
                "suite": found.suite,
                "severity": found.severity,
                "status": found.status,
                "plie_id": found.plie_id,
                "observed": found.observed,
                "expected": found.expected,
                "message_fr": found.message_fr,
                "n_rows": found.n_rows,
                "waived_reason": found.waived_reason,
                "position": position,
            }
            for position, found in enumerate(result.results)
        ],
    )
    _insert(
        connection,
        "failing_rows",
        [
            {
                "run_id": result.run_id,
                "check_id": row.check_id,
                "plie_id": row.plie_id,
                "label": row.label,
                "value": row.observed,
                "expected": row.expected,
                "position": position,
            }
            for position, row in enumerate(result.failing_rows)
        ],
    )
    connection.execute("commit")


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """All rows in one statement: one by one, thousands of them take seconds."""
    import pyarrow

    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    if columns:
        connection.register("rows_to_store", pyarrow.table(columns))
        connection.execute(f"insert into quality.{table} by name select * from rows_to_store")
        connection.unregister("rows_to_store")


def last_run(connection: duckdb.DuckDBPyConnection, year: int) -> GateResult | None:
    """The last run of the gate for a year as it was stored; None when there is none."""
    known = connection.execute(
        "select 1 from duckdb_tables()"
        " where database_name = current_database() and schema_name = 'quality' and table_name = 'runs'"
    ).fetchone()
    if known is None:
        return None
    run = connection.execute(
        "select run_id from quality.runs where year = ? order by started_at desc, run_id desc limit 1", [year]
    ).fetchone()
    if run is None:
        return None
    results = connection.execute(
        "select check_id, suite, severity, status, plie_id, observed, expected, message_fr, waived_reason, n_rows"
        " from quality.results where run_id = ? order by position",
        run,
    ).fetchall()
    failing = connection.execute(
        "select check_id, plie_id, label, value, expected from quality.failing_rows where run_id = ? order by position",
        run,
    ).fetchall()
    return GateResult(
        run[0], year, tuple(CheckResult(*row) for row in results), tuple(FailingRow(*row) for row in failing)
    )
