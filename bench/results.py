"""What the bench of engines measured: a file of records, and each figure beside its target."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path

from ingestion.settings import Settings

GIB = 2**30
PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "duckdb-extension-ducklake", "dbt-spark", "pyspark")
LINEAR = 1.0
"""Cost of a row at one scale, as a multiple of its cost at the scale before."""
MOST_MEMORY = 8.0
"""GiB at scale 100, with everything that the command starts."""


@dataclass(frozen=True)
class Record:
    """One step of one engine at one scale; rows are those of the four row tables of `raw`."""

    engine: str
    scale: float
    step: str
    rows: int
    seconds: float
    processor_seconds: float
    peak_mib: float
    spill_mib: float
    store_bytes: int
    store_files: int
    catalog_bytes: int
    archive_bytes: int
    root_bytes: int
    root_files: int
    busy: float
    """Load average over the last minute just before: what else the machine did."""
    at: str = ""

    @property
    def key(self) -> tuple[str, float, str]:
        return self.engine, self.scale, self.step


def read_results(path: Path) -> list[Record]:
    """The records of a file; none when there is no file yet."""
    if not path.exists():
        return []
    return [Record(**record) for record in json.loads(path.read_text(encoding="utf-8"))["records"]]


def add_result(path: Path, record: Record) -> None:
    """Puts a record in place of the one of the same engine, scale and step."""
    records = [known for known in read_results(path) if known.key != record.key]
    dated = asdict(record) | {"at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    content = {"machine": _machine(), "records": [*map(asdict, records), dated]}
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    aside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)


def _machine() -> dict[str, object]:
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processors": os.cpu_count(),
        "memory_bytes": memory,
        "memory_limit": Settings().memory_limit,
        "python": platform.python_version(),
        **versions,
    }


def line(name: str, measured: float, target: float, unit: str, detail: str) -> str:
    """A measured figure beside its target, which it must not exceed."""
    verdict = "met" if measured <= target else f"MISSED by {100 * (measured / target - 1):.0f} %"
    return f"{name:<52} {measured:8.2f} {unit:<4} target <= {target:g} {unit}: {verdict}  ({detail})"


def shown(record: Record) -> str:
    """One record in one line."""
    return (
        f"{record.engine:<9} scale {record.scale:<4g} {record.step:<6} {record.rows:>12,} rows {record.seconds:8.1f} s"
        f" ({record.processor_seconds:.0f} s of processor)"
        f" {record.peak_mib / 1024:6.2f} GiB, spill {record.spill_mib / 1024:5.2f} GiB,"
        f" store {record.store_bytes / GIB:6.2f} GiB in {record.store_files:,} files,"
        f" root {record.root_bytes / GIB:6.2f} GiB in {record.root_files:,} files (load average {record.busy:.1f})"
    )


def verdicts(records: list[Record]) -> Iterator[str]:
    """Ratios to DuckDB, growth per row from scale to scale, and memory, each beside its target where there is one."""
    known = {record.key: record for record in records}
    for engine, scale, step in sorted(known, key=lambda key: (key[2], key[1], key[0])):
        here, duckdb = known[engine, scale, step], known.get(("duckdb", scale, step))
        if engine != "duckdb" and duckdb is not None:
            yield (
                f"{f'{engine} / duckdb, {step}, scale {scale:g}':<52} {here.seconds / duckdb.seconds:8.2f} x   "
                f" ({here.seconds:.1f} s / {duckdb.seconds:.1f} s; memory {here.peak_mib / duckdb.peak_mib:.2f} x;"
                f" store {here.store_bytes / max(duckdb.store_bytes, 1):.2f} x)"
            )
    for engine, step in sorted({(record.engine, record.step) for record in records}):
        steps = sorted((r for r in records if (r.engine, r.step) == (engine, step)), key=lambda record: record.scale)
        for smaller, larger in pairwise(steps):
            yield from _growth(f"{engine}, {step}", smaller, larger)
    for record in records:
        if record.scale == 100:
            name = f"{record.engine}, {record.step}: peak memory at scale 100"
            yield line(name, record.peak_mib / 1024, MOST_MEMORY, "GiB", f"{record.seconds:.0f} s")


def _growth(what: str, smaller: Record, larger: Record) -> Iterator[str]:
    """Time of a row against that at the scale before; of the processor too, on which what else runs weighs less."""
    for name, before, now in (
        ("time", smaller.seconds, larger.seconds),
        ("processor time", smaller.processor_seconds, larger.processor_seconds),
    ):
        per_row = (now / larger.rows) / (before / smaller.rows)
        detail = f"{before:.1f} s for {smaller.rows:,} rows; {now:.1f} s for {larger.rows:,}"
        yield line(f"{what}: {name} per row, {larger.scale:g} / {smaller.scale:g}", per_row, LINEAR, "x", detail)
