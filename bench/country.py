"""`python -m bench.country`: what a country would cost, on paper, from what `bench.scale` measured, arithmetic shown.

Every assumption is a constant of this file; every rate is read from the file of results.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from math import ceil
from pathlib import Path

from bench.results import GIB, Record, read_results

PEOPLE, AGENCIES, YEARS = 6_000_000, 900, 10
"""People accompanied in a year, bodies that send every night, and years that are kept."""
PEOPLE_HERE, YEARS_HERE = 131_000, 6
"""The same of the campaign at scale 1: `plie sample`, 2021, and 2016 to 2021."""
SENDINGS_OF_A_ROW = 3
"""How often a row is sent in deltas: when it is new, and when it changes."""
FILES_HERE = 207
"""Deliveries and workbooks of the campaign, at any scale up to 17: what small ones cost is their number."""
NIGHTS = 365
RETENTION_NIGHTS = 1095
"""What PLIE_RETENTION_DAYS keeps of the archive by default."""
WINDOW = 3600
"""Seconds in which Spark is to build."""
CORES_OF_AN_EXECUTOR, GIB_PER_CORE = 4, 4


def _largest(records: list[Record], engine: str, step: str) -> Record | None:
    found = [record for record in records if (record.engine, record.step) == (engine, step)]
    return max(found, key=lambda record: record.scale, default=None)


def _row(name: str, arithmetic: str, result: str) -> str:
    return f"| {name} | {arithmetic} | {result} |"


def country(records: list[Record]) -> Iterator[str]:
    """The sheet as rows of a Markdown table; steps of engines that were not measured are left out."""
    loads = [record for record in records if (record.engine, record.step) == ("duckdb", "load")]
    base = min(loads, key=lambda record: abs(record.scale - 1))
    here = base.rows / base.scale / 1e6
    a_year = here / YEARS_HERE * PEOPLE / PEOPLE_HERE
    rows = a_year * YEARS
    delta = a_year / NIGHTS * SENDINGS_OF_A_ROW
    yield _row("what", "arithmetic", "result")
    yield "|---|---|---|"
    arithmetic = f"{here:.3f} million at scale 1 / {YEARS_HERE} years × {PEOPLE:,} / {PEOPLE_HERE:,} people"
    yield _row("rows of a year", arithmetic, f"{a_year:.1f} million")
    yield _row("rows kept", f"{a_year:.1f} million × {YEARS} years", f"{rows:.0f} million, scale {rows / here:.0f}")
    arithmetic = f"{a_year:.1f} million / {NIGHTS} nights × {SENDINGS_OF_A_ROW} sendings of a row"
    yield _row("rows of a night, deltas", arithmetic, f"{delta:.3f} million")
    yield _row("of one agency", f"{delta:.3f} million / {AGENCIES}", f"{delta / AGENCIES * 1e6:.0f} rows")
    yield _row(
        "of one agency, in full", f"{rows:.0f} million / {AGENCIES}", f"{rows / AGENCIES * 1e3:.0f} thousand rows"
    )
    for engine in ("duckdb", "ducklake", "spark"):
        yield from _times(records, engine, rows)
    yield from _cluster(records, rows)
    for engine in ("duckdb", "ducklake"):
        yield from _store(records, engine, rows)
    zipped = base.archive_bytes / base.rows
    for name, sent in (("in full", rows), ("in deltas", delta)):
        night = zipped * sent * 1e6 / GIB
        yield _row(f"archive of a night {name}", f"{zipped:.0f} bytes × {sent:.3f} million", f"{night:.3g} GiB")
        arithmetic = f"{night:.3g} GiB × {RETENTION_NIGHTS} nights; × {NIGHTS * YEARS}"
        kept, ever = night * RETENTION_NIGHTS, night * NIGHTS * YEARS
        yield _row(f"archive kept, {name}; if never purged", arithmetic, f"{kept:,.0f} GiB; {ever:,.0f} GiB")


def _times(records: list[Record], engine: str, rows: float) -> Iterator[str]:
    """Load and build on one machine at the rate of the largest scale measured; a night at that of the smallest."""
    for step in ("load", "build"):
        record = _largest(records, engine, step)
        if record is None:
            continue
        rate = record.seconds / record.rows * 1e6
        how = f"{record.seconds:.0f} s / {record.rows / 1e6:.1f} million (scale {record.scale:g}) ×"
        yield _row(f"{engine}, {step} of everything", f"{how} {rows:.0f} million", f"{rate * rows / 60:.0f} minutes")
    small = min((r for r in records if (r.engine, r.step) == (engine, "load")), key=lambda r: r.scale, default=None)
    if small is not None:
        arithmetic = f"{small.seconds:.0f} s / {FILES_HERE} files (scale {small.scale:g}) × {AGENCIES} agencies"
        seconds = small.seconds / FILES_HERE * AGENCIES
        yield _row(f"{engine}, load of a night of small deltas", arithmetic, f"{seconds / 60:.1f} minutes")


def _cluster(records: list[Record], rows: float) -> Iterator[str]:
    spark = _largest(records, "spark", "build")
    if spark is None:
        return
    rate = spark.processor_seconds / spark.rows * 1e6
    hours = rate * rows / 3600
    arithmetic = f"{rate:.1f} s of processor a million (scale {spark.scale:g}) × {rows:.0f} million"
    yield _row("spark, processor time of a build", arithmetic, f"{hours:.1f} hours")
    cores = ceil(hours * 3600 / WINDOW)
    executors = ceil(cores / CORES_OF_AN_EXECUTOR)
    arithmetic = f"{hours:.1f} hours in {WINDOW / 60:g} minutes = {cores} cores, {CORES_OF_AN_EXECUTOR} of each"
    result = f"{executors} of {CORES_OF_AN_EXECUTOR * GIB_PER_CORE} GiB"
    yield _row("spark, executors", f"{arithmetic}, {GIB_PER_CORE} GiB of each core", result)


def _store(records: list[Record], engine: str, rows: float) -> Iterator[str]:
    record = _largest(records, engine, "build")
    if record is None:
        return
    for name, size in (("store", record.store_bytes), ("spill", record.spill_mib * 2**20)):
        each = size / record.rows
        arithmetic = f"{each:.0f} bytes a row (scale {record.scale:g}) × {rows:.0f} million"
        yield _row(f"{engine}, {name}", arithmetic, f"{each * rows * 1e6 / GIB:.0f} GiB")


def main() -> None:
    """Command line of the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, nargs="?", default=Path(tempfile.gettempdir()) / "plie-bench-scale.json")
    for text in country(read_results(parser.parse_args().results)):
        print(text)


if __name__ == "__main__":
    main()
