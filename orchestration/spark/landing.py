"""Lands the rows of `raw` as typed Parquet for Spark: a folder for each table, in it a file for each PLIE or for all.

Files are written aside and renamed, so that a crash leaves each of them old or new, whole. A file of a PLIE says in its
own metadata of which load it was made, and under which columns: what is the same is not written again.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.raw_schema import row_tables
from ingestion.settings import Settings
from orchestration.spark.places import landed_raw

WHOLE = "all"
"""Name of the file of a table that is written wholly each time: a ledger, or a table of which no PLIE is loaded."""

MADE_OF = "made_of"
"""Key in the metadata of a file under which stands what it was made of."""


@dataclass(frozen=True)
class Landed:
    """How many files of PLIE were written, left as they were, and removed because their PLIE is not loaded any more."""

    written: int = 0
    kept: int = 0
    removed: int = 0


def land_raw(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Landed:
    """Brings the Parquet files of every table of `raw` up to what is loaded now, as of one moment.

    Args:
        connection: an open connection to the store; the caller holds the right to build.

    Raises:
        OSError, duckdb.Error: a file could not be written; those that were renamed before stay, and are good.
    """
    connection.execute("begin")
    try:
        tables: dict[str, list[str]] = {}
        for table, column, type_ in connection.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where database_name = current_database() and schema_name = 'raw' order by table_name, column_index"
        ).fetchall():
            tables.setdefault(table, []).append(f"{column} {type_}")
        loads = dict(
            connection.execute(
                "select plie_id, concat_ws(' ', load_number, delivery_id) from raw.loaded_plie order by plie_id"
            ).fetchall()
        )
        done = Landed()
        for table, columns in tables.items():
            folder = landed_raw(settings) / table
            folder.mkdir(parents=True, exist_ok=True)
            for leftover in folder.glob(".*.part"):
                leftover.unlink()
            if table in row_tables():
                one = _land_plie(connection, folder, table, columns, loads)
                done = Landed(done.written + one.written, done.kept + one.kept, done.removed + one.removed)
            else:
                _write(connection, folder / f"{WHOLE}.parquet", f"from raw.{table}")
        return done
    finally:
        connection.execute("rollback")


def _land_plie(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: str, columns: list[str], loads: dict[str, str]
) -> Landed:
    """One file for each PLIE that is loaded, and an empty one, so that the table has its columns without any."""
    shape = hashlib.sha256(", ".join(columns).encode()).hexdigest()[:16]
    wanted = {WHOLE: shape} | {plie_id: f"{load} {shape}" for plie_id, load in loads.items()}
    present = _present(connection, folder)
    for name in present.keys() - wanted.keys():
        (folder / f"{name}.parquet").unlink()
    stale = [name for name, made_of in wanted.items() if present.get(name) != made_of]
    for name in stale:
        rows = f"from raw.{table} where " + ("false" if name == WHOLE else f"plie_id = {_quoted(name)}")
        _write(connection, folder / f"{name}.parquet", rows, wanted[name])
    return Landed(len(stale), len(wanted) - len(stale), len(present.keys() - wanted.keys()))


def _present(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    """What each file of a folder says that it was made of."""
    if not any(folder.glob("*.parquet")):
        return {}
    found = connection.execute(
        f"select file_name, decode(value) from parquet_kv_metadata({_quoted(f'{folder}/*.parquet')})"
        f" where decode(key) = '{MADE_OF}'"
    ).fetchall()
    said = {Path(name).stem: made_of for name, made_of in found}
    return {path.stem: said.get(path.stem, "") for path in folder.glob("*.parquet")}


def _write(connection: duckdb.DuckDBPyConnection, file: Path, rows: str, made_of: str = "") -> None:
    aside = file.with_name(f".{file.name}.part")
    connection.execute(
        f"copy ({rows}) to {_quoted(aside)}"
        f" (format parquet, compression zstd, kv_metadata {{{MADE_OF}: {_quoted(made_of)}}})"
    )
    with aside.open("rb") as written:
        os.fsync(written.fileno())
    aside.replace(file)


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
