"""What a store holds after a step: rows of `raw`, bytes and number of its files."""

from __future__ import annotations

from pathlib import Path

from bench.watching import bytes_below
from ingestion.raw_schema import row_tables
from ingestion.settings import Settings
from ingestion.warehouse import reading


def rows_loaded(settings: Settings) -> int:
    """Rows of the four row tables of `raw`."""
    counts = " + ".join(f"(select count(*) from raw.{name})" for name in row_tables())
    with reading(settings) as connection:
        row = connection.execute(f"select {counts}").fetchone()
    return int(row[0]) if row else 0


def deliveries_loaded(settings: Settings) -> int:
    """Deliveries that the ledger says to be loaded."""
    with reading(settings) as connection:
        row = connection.execute("select count(*) from raw.deliveries where status like 'accepted%'").fetchone()
    return int(row[0]) if row else 0


def store_size(settings: Settings) -> tuple[int, int]:
    """Bytes and files of what is kept of the rows: the warehouse file, or the lake's Parquet files; not the catalog.

    With Spark, also the Parquet files that it reads and writes.
    """
    size = files = 0
    folders = [settings.data / "parquet", settings.data / "spark"]
    if settings.store == "ducklake":
        folders.append(Path(settings.lake_path or settings.data / "lake"))
    for folder in folders:
        below = bytes_below(folder)
        size, files = size + below[0], files + below[1]
    if settings.warehouse.exists():
        size, files = size + settings.warehouse.stat().st_size, files + 1
    return size, files
