"""Everything that loads leave behind, in a form that can be compared: rows of `raw`, names and bytes of files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb

ROOMS = ("landing", "outbox", "archive", "quarantine")
Aftermath = dict[str, list[str]]
"""By table: its rows; by room: its files with their sha256; `root`: what else lies in the data root."""


def aftermath(data: Path, without: tuple[str, ...] = (), *, is_same_clock: bool = True) -> Aftermath:
    """What is in a data root that no process uses now.

    Args:
        without: columns that are left aside.
        is_same_clock: whether what is compared was loaded under one clock; else acknowledgements may differ in it.
    """
    left: Aftermath = {}
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()
        for (table,) in tables:
            present = {row[0] for row in connection.execute(f"describe raw.{table}").fetchall()}
            aside = ", ".join(sorted(present & set(without)))
            columns = f"* exclude ({aside})" if aside else "*"
            rows = connection.execute(f"select {columns} from raw.{table} order by all").fetchall()
            left[f"raw.{table}"] = [repr(row) for row in rows]
    for room in ROOMS:
        files = sorted(path for path in (data / room).rglob("*") if path.is_file())
        left[room] = [f"{path.relative_to(data)} {_digest(path, is_same_clock)}" for path in files]
    left["root"] = sorted(path.name for path in data.iterdir() if path.name not in (*ROOMS, "tmp", "warehouse.lock"))
    return left


def _digest(path: Path, is_same_clock: bool) -> str:
    content = path.read_bytes()
    if not is_same_clock and path.name.endswith(".ack.html"):
        return "a page"
    if not is_same_clock and path.name.endswith(".ack.json"):
        content = json.dumps(json.loads(content) | {"received_at": None}).encode()
    return hashlib.sha256(content).hexdigest()


def differences(expected: Aftermath, actual: Aftermath) -> list[str]:
    """What is missing or too much, in words, the first three of each kind."""
    found = []
    for name in sorted(expected.keys() | actual.keys()):
        before, after = expected.get(name, []), actual.get(name, [])
        if before != after:
            missing, extra = sorted(set(before) - set(after)), sorted(set(after) - set(before))
            found.append(f"{name}: {len(missing)} missing {missing[:3]}, {len(extra)} too much {extra[:3]}")
    return found
