"""`python -m bench.scale`: load and build at several scales on DuckDB, DuckLake and Spark, over the same deliveries.

Prints ratios to DuckDB of the same run, growth from scale to scale, and each figure beside its target; keeps every
measure in a file (`--results`), from which `--scales` without a number prints them again. DuckLake needs Debian's
PostgreSQL or `--catalog`, Spark a Java.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from bench.engines import ENGINES, CatalogServer, Engine, catalog_server, environment_of, linked, settings_of
from bench.loaders import bench_loaders
from bench.measure import plie
from bench.results import Record, add_result, read_results, shown, verdicts
from bench.stored import rows_loaded, store_size
from bench.watching import bytes_below
from ingestion.settings import Settings

LARGEST_BESIDE = 10.0
"""Largest scale at which the other engines are measured beside DuckDB, unless asked for."""


STEPS = {"load": ("load",), "build": ("build", "--full")}


def made_up(scale: float, work: Path, campaigns: Path | None) -> Path:
    """The landing place of a campaign of this scale: that of `<campaigns>/<scale>`, or one made here."""
    if campaigns is not None and (campaigns / f"{scale:g}" / "landing").is_dir():
        return campaigns / f"{scale:g}" / "landing"
    root = work / f"campaign-{scale:g}"
    if not root.exists():
        measure = plie("sample", "--scale", f"{scale:g}", data=root)
        print(f"sample, scale {scale:g}: {measure.seconds:.1f} s, {measure.peak_mib / 1024:.2f} GiB", flush=True)
    return root / "landing"


class Comparison:
    """One run: its folder, its file of results, the server of its catalogs."""

    def __init__(self, work: Path, results: Path, server: CatalogServer | None) -> None:
        self._work, self._results, self._server = work, results, server

    def at(self, scale: float, engines: Sequence[Engine], landing: Path) -> None:
        """Every engine in turn at one scale. Spark builds upon what DuckDB has loaded: its load is that of the file."""
        loaded = self._work / f"loaded-{scale:g}"
        for engine in engines:
            data = self._work / f"{engine}-{scale:g}"
            catalog = self._server.new(f"scale_{scale:g}") if engine == "ducklake" and self._server else None
            settings = settings_of(engine, data, catalog)
            if engine == "spark" and loaded.exists():
                loaded.rename(data)
            else:
                linked(landing, data)
                self._step("load", scale, settings)
            if engine == "duckdb" and "spark" in engines:
                shutil.copytree(data, loaded)
            self._step("build", scale, settings)
            shutil.rmtree(data)

    def _step(self, step: str, scale: float, settings: Settings) -> None:
        busy = os.getloadavg()[0]
        servers = self._server.processes if self._server and settings.engine == "ducklake" else ()
        measure = plie(*STEPS[step], data=settings.data, environment=environment_of(settings), servers=servers)
        store_bytes, store_files = store_size(settings)
        root_bytes, root_files = bytes_below(settings.data)
        catalog = settings.lake_catalog.get_secret_value() if settings.lake_catalog else None
        record = Record(
            engine=settings.engine,
            scale=scale,
            step=step,
            rows=rows_loaded(settings),
            **asdict(measure),
            store_bytes=store_bytes,
            store_files=store_files,
            catalog_bytes=self._server.size(catalog) if catalog and self._server else 0,
            archive_bytes=bytes_below(settings.archive)[0],
            root_bytes=root_bytes,
            root_files=root_files,
            busy=busy,
        )
        add_result(self._results, record)
        print(shown(record), flush=True)


def main() -> None:
    """Command line of the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scales", type=float, nargs="*", default=[1, 10, 100], help="scales; none: only print results"
    )
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES), help="engines to measure")
    parser.add_argument(
        "--beside", type=float, default=LARGEST_BESIDE, help="largest scale for engines other than DuckDB"
    )
    parser.add_argument("--loaders", type=int, default=8, help="loaders at once on the lake; 0 to leave that out")
    parser.add_argument("--loaders-scale", type=float, default=1, help="scale of what they load")
    parser.add_argument(
        "--catalog", default=None, help="PostgreSQL whose role may create databases (default: a private one)"
    )
    parser.add_argument(
        "--campaigns", type=Path, default=None, help="folder of data roots named by scale, already sampled"
    )
    parser.add_argument("--work", type=Path, default=None, help="folder for the data (default: a temporary one)")
    parser.add_argument(
        "--results", type=Path, default=Path(tempfile.gettempdir()) / "plie-bench-scale.json", help="file of measures"
    )
    arguments = parser.parse_args()
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=arguments.work, prefix="plie-scale-")))
        server = None
        if "ducklake" in arguments.engines and (arguments.scales or arguments.loaders):
            server = stack.enter_context(catalog_server(arguments.catalog))
        comparison = Comparison(work, arguments.results, server)
        for scale in sorted(arguments.scales):
            engines = [engine for engine in arguments.engines if engine == "duckdb" or scale <= arguments.beside]
            comparison.at(scale, engines, made_up(scale, work, arguments.campaigns))
        if server is not None and arguments.loaders:
            landing = made_up(arguments.loaders_scale, work, arguments.campaigns)
            for text in bench_loaders(landing, work, server, arguments.loaders):
                print(text, flush=True)
    for text in verdicts(read_results(arguments.results)):
        print(text)


if __name__ == "__main__":
    main()
