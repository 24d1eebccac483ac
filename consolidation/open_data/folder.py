"""Writes the folder of open data of one edition: each file whole or not at all, the same bytes every time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from consolidation.editions.edition import Edition
from consolidation.editions.sealing import verify_editions
from consolidation.open_data.about import about_edition
from consolidation.open_data.columns import INDICATORS, RESTATEMENTS
from consolidation.open_data.package import data_package
from consolidation.open_data.relations import CHANGES, FIGURES, SHOWN, as_csv
from consolidation.open_data.workbook import MADE_UP, write_workbook
from ingestion.settings import Settings

_ROWS_AT_ONCE = 10_000


def open_folder(settings: Settings, edition_id: str) -> Path:
    """Where the open data of an edition stand."""
    return settings.published / "open" / edition_id


def write_open_data(connection: duckdb.DuckDBPyConnection, settings: Settings, edition: Edition) -> Path:
    """Writes the open files of an edition and returns their folder; other files there are left alone.

    Raises:
        EditionAltered: the edition is not what it was; nothing is written.
        OSError: the folder cannot be written to, or the disk is full.
    """
    verify_editions(connection, edition.edition_id)
    folder = open_folder(settings, edition.edition_id)
    folder.mkdir(parents=True, exist_ok=True)
    this = {"edition": edition.edition_id}
    _put(folder / "indicators.csv", lambda path: _write_csv(connection, path, as_csv(FIGURES, INDICATORS), this))
    _put(folder / "indicators.parquet", lambda path: _write_parquet(connection, path, edition))
    _put(folder / "indicators.xlsx", lambda path: write_workbook(path, edition, _shown(connection, edition)))
    _put(folder / "edition.json", lambda path: _write_json(path, about_edition(connection, edition)))
    if edition.previous_edition_id is not None:
        both = this | {"previous": edition.previous_edition_id}
        changes = as_csv(CHANGES, RESTATEMENTS)
        _put(folder / "restatements.csv", lambda path: _write_csv(connection, path, changes, both))
    _put(folder / "datapackage.json", lambda path: _write_json(path, data_package(edition, folder)))
    return folder


def _put(path: Path, write: Callable[[Path], None]) -> None:
    aside = path.with_name(f".{path.name}.part")
    write(aside)
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.replace(path)


def _write_csv(connection: duckdb.DuckDBPyConnection, path: Path, query: str, parameters: dict[str, str]) -> None:
    for name, value in parameters.items():
        query = query.replace(f"${name}", f"'{value}'")  # a copy takes no parameters; these are names of editions
    connection.execute(f"copy ({query}) to '{str(path).replace(chr(39), chr(39) * 2)}' (format csv, header)")


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _write_parquet(connection: duckdb.DuckDBPyConnection, path: Path, edition: Edition) -> None:
    import pyarrow.parquet as pq

    table = connection.execute(FIGURES, {"edition": edition.edition_id}).to_arrow_table().drop_columns(["decimals"])
    descriptions = {column.name: column.description for column in INDICATORS}
    fields = [field.with_metadata({"description": descriptions[field.name]}) for field in table.schema]
    about = {"title": f"Consolidation nationale des PLIE, édition {edition.edition_id}", "digest": edition.digest}
    about |= {"avertissement": MADE_UP} if edition.is_made_up else {}
    pq.write_table(table.cast(pa.schema(fields, metadata=about)), path, compression="zstd")


def _shown(connection: duckdb.DuckDBPyConnection, edition: Edition) -> Iterator[tuple[Any, ...]]:
    """The rows of the workbook, a few at a time; nothing else may be asked of the connection meanwhile."""
    # A cursor of its own would not know that its tables are those of a lake.
    shown = connection.execute(SHOWN, {"edition": edition.edition_id})
    while rows := shown.fetchmany(_ROWS_AT_ONCE):
        yield from rows
