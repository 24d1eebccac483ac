"""The ledger: one entry per delivery, whatever became of it, from which its acknowledgement can be written again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pyarrow as pa

from ingestion.gate.finding import Finding
from ingestion.warehouse import as_list_value


@dataclass(frozen=True)
class ResourceCounts:
    """Rows of one file of a delivery; `added`, `changed` and `removed` compare with what was loaded before."""

    name: str
    received: int
    loaded: int = 0
    rejected: int = 0
    warned: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True)
class LedgerEntry:
    """What became of one delivery. Times are UTC without zone; see `ingestion.raw_schema` for the columns."""

    delivery_id: str
    plie_id: str
    file_name: str
    sha256: str
    bytes: int
    received_at: datetime
    status: str
    acknowledged_as: str
    contract: str | None = None
    mode: str | None = None
    created_at: datetime | None = None
    coverage_from: date | None = None
    coverage_to: date | None = None
    producer_name: str | None = None
    producer_version: str | None = None
    kept_in: str | None = None
    kept_as: str | None = None
    filed: bool = False
    resources: tuple[ResourceCounts, ...] = ()
    findings: tuple[Finding, ...] = ()


_COLUMNS = tuple(name for name in LedgerEntry.__dataclass_fields__ if name not in ("resources", "findings"))
_COUNTS = tuple(name for name in ResourceCounts.__dataclass_fields__ if name != "name")
_FINDING = tuple(Finding.__dataclass_fields__)


def record(connection: duckdb.DuckDBPyConnection, entries: Sequence[LedgerEntry]) -> None:
    """Adds entries to the ledger, within the transaction that is under way."""
    deliveries: list[dict[str, object]] = [{name: getattr(entry, name) for name in _COLUMNS} for entry in entries]
    counts: list[dict[str, object]] = [
        {"delivery_id": entry.delivery_id, "resource": count.name, **{name: getattr(count, name) for name in _COUNTS}}
        for entry in entries
        for count in entry.resources
    ]
    findings: list[dict[str, object]] = [
        {"delivery_id": entry.delivery_id, **{name: getattr(finding, name) for name in _FINDING}}
        for entry in entries
        for finding in entry.findings
    ]
    _insert(connection, "deliveries", deliveries)
    _insert(connection, "delivery_resources", counts)
    _insert(connection, "findings", findings)


def rewrite(connection: duckdb.DuckDBPyConnection, entry: LedgerEntry) -> None:
    """Puts an entry in place of the one with its id: a held delivery that was let in."""
    for table in ("deliveries", "delivery_resources", "findings"):
        connection.execute(f"delete from raw.{table} where delivery_id = ?", [entry.delivery_id])
    record(connection, [entry])


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]) -> None:
    if rows:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        types = {"lines": pa.list_(pa.int32())}
        connection.register(
            "ledger_rows",
            pa.table({name: pa.array(values, types.get(name)) for name, values in columns.items()}),
        )
        connection.execute(f"insert into raw.{table} by name from ledger_rows")
        connection.unregister("ledger_rows")


def unfiled(connection: duckdb.DuckDBPyConnection) -> list[LedgerEntry]:
    """Entries whose acknowledgement or file may not be in place yet, in the order in which they were recorded."""
    return entries_where(connection, "not filed")


def entries_where(
    connection: duckdb.DuckDBPyConnection, condition: str, parameters: Sequence[object] = ()
) -> list[LedgerEntry]:
    """Entries of the ledger that meet a SQL condition over `raw.deliveries`, in the order in which they came."""
    chosen = connection.execute(
        f"select {', '.join(_COLUMNS)} from raw.deliveries where {condition} order by received_at, rowid", parameters
    ).fetchall()
    ids = [row[0] for row in chosen]
    counts = defaultdict[str, list[ResourceCounts]](list)
    for row in connection.execute(
        f"""
        select delivery_id, resource, {", ".join(_COUNTS)} from raw.delivery_resources
        where list_contains(?::json::varchar[], delivery_id) order by rowid
        """,
        [as_list_value(ids)],
    ).fetchall():
        counts[row[0]].append(ResourceCounts(*row[1:]))
    findings = defaultdict[str, list[Finding]](list)
    for row in connection.execute(
        f"""
        select delivery_id, {", ".join(_FINDING)} from raw.findings
        where list_contains(?::json::varchar[], delivery_id) order by rowid
        """,
        [as_list_value(ids)],
    ).fetchall():
        values = dict(zip(_FINDING, row[1:], strict=True))
        findings[row[0]].append(Finding(**{**values, "lines": tuple(values["lines"])}))
    return [
        LedgerEntry(
            **dict(zip(_COLUMNS, row, strict=True)),
            resources=tuple(counts[row[0]]),
            findings=tuple(findings[row[0]]),
        )
        for row in chosen
    ]


def mark_filed(connection: duckdb.DuckDBPyConnection, delivery_ids: Sequence[str]) -> None:
    """Notes that the file and the acknowledgement of these deliveries are in place."""
    connection.execute(
        "update raw.deliveries set filed = true where list_contains(?::json::varchar[], delivery_id)",
        [as_list_value(delivery_ids)],
    )
