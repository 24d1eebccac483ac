"""What the last complete build was made of, kept in the warehouse, and from it what the next one has to make.

The record is written after a build whose every model and data test succeeded and whose snapshot is in place; whatever
runs dbt, by hand or not, begins by dropping it (`forget_last_build` in `dbt_project/macros`). A build that failed or
was killed therefore leaves none, and the next one makes everything (docs/decisions/0006).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version

import duckdb

from ingestion.raw_schema import row_tables
from ingestion.settings import PROJECT_ROOT, Settings

CODE = (
    "dbt_project",
    "dbt_project.yml",
    "profiles.yml",
    "ingestion/contract",
    "ingestion/raw_schema.py",
    "orchestration/spark",
)
"""Everything of the project that decides what a build makes of given rows."""

ENGINES = {
    "duckdb": ("dbt-core", "dbt-duckdb", "duckdb"),
    "ducklake": ("dbt-core", "dbt-duckdb", "duckdb", "duckdb-extension-ducklake"),
    "spark": ("dbt-core", "dbt-spark", "pyspark"),
}
"""The packages that turn SQL into rows, by what PLIE_ENGINE says."""

NIGHTS = "night_outcomes"
"""The ledger of nights gains rows in every night, also when nothing came. One mart depends on it, no figure does."""


class Extent(StrEnum):
    """How much a build makes; `NIGHTS` is only what is made of the ledger of nights."""

    EVERYTHING = "everything"
    CHANGED = "changed"
    NIGHTS = "nights"
    NOTHING = "nothing"


@dataclass(frozen=True)
class BuildPlan:
    """What a build has to make (for `CHANGED`, of which PLIE), and of which code and ledgers it will have been made."""

    extent: Extent
    code: str
    ledger: str
    nights: str
    changed_plie: tuple[str, ...] = ()
    snapshot: int | None = None
    """The state of the lake that was looked at, and that has to be built; None where no one can load meanwhile."""


def code_fingerprint(engine: str) -> str:
    """SHA-256 of models, macros, seeds, tests, contract, project files, the engine and its versions, in hexadecimal."""
    digest = hashlib.sha256(" ".join([engine, *(f"{name} {version(name)}" for name in ENGINES[engine])]).encode())
    for name in CODE:
        root = PROJECT_ROOT / name
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"\n{path.relative_to(PROJECT_ROOT).as_posix()} {content}".encode())
    return digest.hexdigest()


def _as_of(snapshot: int | None) -> str:
    """What stands behind a table of `raw` in a query."""
    return "" if snapshot is None else f" at (version => {snapshot})"


def _ledger_fingerprint(connection: duckdb.DuckDBPyConnection, snapshot: int | None) -> str:
    """Changes with any row of `raw` but those of the PLIE, for which their `load_number` stands; order says nothing."""
    tables = connection.execute(
        "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'raw'"
    ).fetchall()
    parts = [
        f"select '{table}' as name, count(*), coalesce(sum(hash(entry::varchar)), 0)"
        f" from raw.{table} as entry{_as_of(snapshot)}"
        for (table,) in tables
        if table not in row_tables() and table != NIGHTS
    ]
    return str(connection.execute(f"{' union all '.join(parts)} order by name").fetchall())


def _nights_fingerprint(connection: duckdb.DuckDBPyConnection, snapshot: int | None) -> str:
    """Changes with any row of the ledger of nights."""
    return str(
        connection.execute(
            f"select count(*), coalesce(sum(hash(entry::varchar)), 0) from raw.{NIGHTS} as entry{_as_of(snapshot)}"
        ).fetchone()
    )


def _last_build(connection: duckdb.DuckDBPyConnection) -> tuple[str, str, str] | None:
    """Code, ledger and nights of the last build, or None when no complete one is known."""
    known = connection.execute(
        "select count(*) from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'orchestration'"
        " and (table_name, column_name) in (('last_build', 'nights'), ('built_plie', 'load_number'))"
    ).fetchone()
    if known != (2,):
        return None
    row: tuple[str, str, str] | None = connection.execute(
        "select code, ledger, nights from orchestration.last_build"
    ).fetchone()
    return row


def plan_build(connection: duckdb.DuckDBPyConnection, settings: Settings, everything: bool = False) -> BuildPlan:
    """Compares what is loaded with the last complete build, and leaves the PLIE that changed for dbt to read.

    Args:
        connection: an open connection to a warehouse that has its `raw` schema; the caller holds the writer lock.
        everything: asked for by a person: no record is looked at.
    """
    snapshot = None
    if settings.store == "ducklake":
        from ingestion.lake.attaching import latest_snapshot

        snapshot = latest_snapshot(connection)
    now = (
        code_fingerprint(settings.engine),
        _ledger_fingerprint(connection, snapshot),
        _nights_fingerprint(connection, snapshot),
    )
    last = None if everything else _last_build(connection)
    if last is None or last[0] != now[0]:
        return BuildPlan(Extent.EVERYTHING, *now, snapshot=snapshot)
    if last[1] == now[1] and settings.snapshot.exists():
        return BuildPlan(Extent.NOTHING if last == now else Extent.NIGHTS, *now, snapshot=snapshot)
    connection.execute(
        f"""
        create or replace table orchestration.changed_plie as
        select plie_id
        from raw.loaded_plie as loaded{_as_of(snapshot)}
        full outer join orchestration.built_plie as built using (plie_id)
        where loaded.delivery_id is distinct from built.delivery_id
            or loaded.load_number is distinct from built.load_number
        """
    )
    changed = connection.execute("select plie_id from orchestration.changed_plie order by plie_id").fetchall()
    return BuildPlan(Extent.CHANGED, *now, tuple(plie_id for (plie_id,) in changed), snapshot)


def remember_build(connection: duckdb.DuckDBPyConnection, plan: BuildPlan) -> None:
    """Writes that what was loaded when `plan` was made was built completely with the code of it.

    Args:
        connection: as of `plan_build`, under the same hold of the writer lock.
    """
    connection.execute("begin")
    connection.execute("create schema if not exists orchestration")
    connection.execute(
        "create or replace table orchestration.built_plie as select plie_id, delivery_id, load_number"
        f" from raw.loaded_plie{_as_of(plan.snapshot)}"
    )
    connection.execute(
        "create or replace table orchestration.last_build (code varchar, ledger varchar, nights varchar)"
    )
    connection.execute("insert into orchestration.last_build values (?, ?, ?)", [plan.code, plan.ledger, plan.nights])
    connection.execute("commit")
