"""Compares what two warehouses hold, whatever each is kept in: every relation, column type and row, both ways.

That the engines give the same is shown by it (tests/engines), and by `python -m orchestration.comparing A B` for one's
own data: A and B are data roots, or the word `lake` for the DuckLake of PLIE_LAKE_CATALOG.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.list_values import as_list_value
from ingestion.settings import Settings, load_settings
from ingestion.warehouse import reading

MADE = ("nomenclature", "intermediate", "marts")
"""The schemas that a build makes on every engine."""

Columns = dict[str, list[tuple[str, str]]]
"""Names and types of the columns of each relation, in order."""


@dataclass(frozen=True)
class Difference:
    """One thing in which two warehouses are not the same; `rows` is how many rows only one of them has."""

    relation: str
    what: str
    rows: int = 0


def differences(
    one: Settings, other: Settings, schemas: Sequence[str] = MADE, ignored: Sequence[str] = ()
) -> list[Difference]:
    """Everything in which the tables and views of some schemas differ between two warehouses; empty: they are equal.

    Doubles are equal when they are the same bits. The rows of one relation at a time are copied to a scratch folder.

    Args:
        ignored: columns that may differ, as `schema.relation.column`.

    Raises:
        FileNotFoundError: nothing was ever loaded into one of them.
        WarehouseBusy: a writer holds one of them.
    """
    with reading(one) as left, reading(other) as right, tempfile.TemporaryDirectory(prefix="plie-compare-") as scratch:
        here, there = _relations(left, schemas), _relations(right, schemas)
        found = [Difference(name, "only in the first") for name in sorted(here.keys() - there.keys())]
        found += [Difference(name, "only in the second") for name in sorted(there.keys() - here.keys())]
        for name in sorted(here.keys() & there.keys()):
            if here[name] != there[name]:
                found += _other_columns(name, here[name], there[name])
                continue
            columns = [column for column in here[name] if f"{name}.{column[0]}" not in ignored]
            found += _other_rows(name, columns, left, right, Path(scratch))
    return found


def _relations(connection: duckdb.DuckDBPyConnection, schemas: Sequence[str]) -> Columns:
    found: Columns = {}
    for name, column, type_ in connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where database_name = current_database() and list_contains(?::json::varchar[], schema_name)"
        " order by 1, column_index",
        [as_list_value(schemas)],
    ).fetchall():
        found.setdefault(name, []).append((column, type_))
    return found


def _other_columns(name: str, here: list[tuple[str, str]], there: list[tuple[str, str]]) -> Iterator[Difference]:
    if [column for column, _ in here] != [column for column, _ in there]:
        yield Difference(name, f"columns {', '.join(c for c, _ in here)} / {', '.join(c for c, _ in there)}")
        return
    for (column, type_), (_, other_type) in zip(here, there, strict=True):
        if type_ != other_type:
            yield Difference(name, f"column {column} is {type_} / {other_type}")


def _other_rows(
    name: str,
    columns: list[tuple[str, str]],
    left: duckdb.DuckDBPyConnection,
    right: duckdb.DuckDBPyConnection,
    scratch: Path,
) -> Iterator[Difference]:
    listed = ", ".join(_to_compare(column, type_) for column, type_ in columns)
    files = [scratch / "one.duckdb", scratch / "other.duckdb"]
    for connection, file in zip((left, right), files, strict=True):
        connection.execute(f"attach '{file}' as compared (read_write)")
        try:
            connection.execute(f"create table compared.held as select {listed} from {name}")
        finally:
            connection.execute("detach compared")
    with duckdb.connect() as comparing:
        for alias, file in zip(("one", "other"), files, strict=True):
            comparing.execute(f"attach '{file}' as {alias} (read_only)")
        for here, there, where in (("one", "other", "first"), ("other", "one", "second")):
            rows = f"(from {here}.held except all from {there}.held)"
            counted = comparing.execute(f"select count(*) from {rows}").fetchone()
            if counted is not None and counted[0]:
                example = comparing.execute(f"from {rows} order by all limit 1").fetchone()
                yield Difference(name, f"rows only in the {where}, among them {example}", counted[0])
    for file in files:
        file.unlink()


def _to_compare(column: str, type_: str) -> str:
    """A double as the shortest text that reads back to its bits: as numbers, 0 and -0 would be equal."""
    return f'"{column}"::varchar as "{column}"' if "DOUBLE" in type_ or "FLOAT" in type_ else f'"{column}"'


def warehouse_of(word: str) -> Settings:
    """The warehouse that a word of the command line stands for: `lake`, or a data root with its file."""
    settings = load_settings()
    if word == "lake":
        return settings.model_copy(update={"engine": "ducklake"})
    return settings.model_copy(update={"engine": "duckdb", "data": Path(word).expanduser().absolute()})


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m orchestration.comparing A B    (a data root, or `lake`)")
    told = differences(warehouse_of(sys.argv[1]), warehouse_of(sys.argv[2]))
    for difference in told:
        print(f"{difference.relation}: {difference.rows or ''} {difference.what}")
    print(f"{len(told)} differences")
    sys.exit(1 if told else 0)
