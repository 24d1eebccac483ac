"""Everything that loads leave behind, in a form that can be compared: rows of `raw`, names and bytes of files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

ROOMS = ("landing", "outbox", "archive", "quarantine")
Aftermath = dict[str, list[str]]
"""By table: its rows; by room: its files with their sha256; `root`: what else lies in the data root."""


def aftermath(data: Path, without: tuple[str, ...] = ()) -> Aftermath:
    """What is in a data root that no process uses now; columns named in `without` are left aside."""
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
        left[room] = [f"{path.relative_to(data)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    left["root"] = sorted(path.name for path in data.iterdir() if path.name not in (*ROOMS, "tmp", "warehouse.lock"))
    return left


def differences(expected: Aftermath, actual: Aftermath) -> list[str]:
    """What is missing or too much, in words, the first three of each kind."""
    found = []
    for name in sorted(expected.keys() | actual.keys()):
        before, after = expected.get(name, []), actual.get(name, [])
        if before != after:
            missing, extra = sorted(set(before) - set(after)), sorted(set(after) - set(before))
            found.append(f"{name}: {len(missing)} missing {missing[:3]}, {len(extra)} too much {extra[:3]}")
    return found
