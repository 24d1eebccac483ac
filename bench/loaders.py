"""Several loaders of different PLIE at once on one lake, against one loader: time, and whether anything was lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.engines import CatalogServer, environment_of, linked, settings_of
from bench.measure import Measure, plie
from bench.stored import deliveries_loaded, rows_loaded


def shares(landing: Path, number: int) -> list[list[str]]:
    """The PLIE of a landing place in so many shares of about the same bytes."""
    sizes = {
        folder.name: sum(file.stat().st_size for file in folder.iterdir())
        for folder in landing.iterdir()
        if folder.is_dir()
    }
    parts: list[tuple[int, list[str]]] = [(0, []) for _ in range(number)]
    for plie_id in sorted(sizes, key=lambda plie_id: (-sizes[plie_id], plie_id)):
        lightest = min(range(number), key=lambda part: parts[part][0])
        parts[lightest] = (parts[lightest][0] + sizes[plie_id], [*parts[lightest][1], plie_id])
    return [plie_ids for _, plie_ids in parts]


def bench_loaders(landing: Path, work: Path, server: CatalogServer, number: int) -> Iterator[str]:
    """Lines that say what each of the two ways cost, and that both loaded the same.

    Raises:
        RuntimeError: something was lost: the two stores do not hold as many deliveries and rows.
    """
    held = []
    seconds = []
    for loaders in (1, number):
        data = work / f"loaders-{loaders}"
        linked(landing, data)
        settings = settings_of("ducklake", data, server.new(f"loaders_{loaders}"))
        environment = environment_of(settings)

        def load(plie_ids: list[str], data: Path = data, environment: dict[str, str] = environment) -> Measure:
            return plie("load", *plie_ids, data=data, environment=environment)

        with ThreadPoolExecutor(loaders) as pool:
            measures = list(pool.map(load, shares(landing, loaders)))
        seconds.append(max(measure.seconds for measure in measures))
        held.append((deliveries_loaded(settings), rows_loaded(settings)))
        memory = sum(measure.peak_mib for measure in measures) / 1024
        deliveries, rows = held[-1]
        counted = f"{deliveries} deliveries, {rows:,} rows"
        yield f"ducklake, {loaders} at once: {counted} in {seconds[-1]:.1f} s, {memory:.2f} GiB"
        shutil.rmtree(data)
    if held[0] != held[1]:
        raise RuntimeError(f"One loader left {held[0]} deliveries and rows, {number} loaders {held[1]}.")
    name = f"ducklake, load, {number} loaders / 1"
    yield f"{name:<52} {seconds[1] / seconds[0]:8.2f} x    (0 deliveries and 0 rows lost)"
