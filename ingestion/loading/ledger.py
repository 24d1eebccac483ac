"""The ledger: one entry per delivery, whatever became of it, from which its acknowledgement can be written again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pyarrow as pa

from ingestion.gate.finding import Finding
from ingestion.list_values import as_list_value
from ingestion.settings import Settings
from ingestion.transaction import transaction


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


class AlreadyKnown(RuntimeError):
    """Another process recorded a delivery under the same id meanwhile: judged again, this one gets another."""


def came_between(error: Exception) -> bool:
    """Whether an error says that somebody else's commit came first: nothing was committed, and trying again may help.

    A commit that failed for another reason may have been made all the same, the answer being lost: that is never tried
    again, but found and finished by the next load.
    """
    return isinstance(error, AlreadyKnown) or "conflict" in str(error).lower()


def record(connection: duckdb.DuckDBPyConnection, entries: Sequence[LedgerEntry]) -> None:
    """Adds entries to the ledger, within the transaction that is under way.

    Raises:
        AlreadyKnown: one of the ids is in the ledger; where tables have keys, the key would say so too.
    """
    _refuse_known(connection, [entry.delivery_id for entry in entries])
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


def _refuse_known(connection: duckdb.DuckDBPyConnection, delivery_ids: Sequence[str]) -> None:
    known = connection.execute(
        "select delivery_id from raw.deliveries where list_contains(?::json::varchar[], delivery_id) limit 1",
        [as_list_value(delivery_ids)],
    ).fetchone()
    if known is not None or len(set(delivery_ids)) < len(delivery_ids):
        raise AlreadyKnown("A delivery of this id is in the ledger already.")


def unfiled(connection: duckdb.DuckDBPyConnection, plie_ids: Collection[str] | None = None) -> list[LedgerEntry]:
    """Entries whose acknowledgement or file may not be in place yet, in the order in which they were recorded.

    Args:
        plie_ids: only those of these PLIE; of all when None.
    """
    if plie_ids is None:
        return entries_where(connection, "not filed")
    return entries_where(
        connection, "not filed and list_contains(?::json::varchar[], plie_id)", [as_list_value(plie_ids)]
    )


def unfiled_plie(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The PLIE of such entries."""
    rows = connection.execute("select distinct plie_id from raw.deliveries where not filed order by plie_id").fetchall()
    return [plie_id for (plie_id,) in rows]


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


def mark_filed(connection: duckdb.DuckDBPyConnection, settings: Settings, delivery_ids: Sequence[str]) -> None:
    """Notes that the file and the acknowledgement of these deliveries are in place."""
    if not delivery_ids:
        return
    with transaction(connection, settings, f"filed {len(delivery_ids)} deliveries"):
        connection.execute(
            "update raw.deliveries set filed = true where list_contains(?::json::varchar[], delivery_id)",
            [as_list_value(delivery_ids)],
        )
