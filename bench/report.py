"""What people read, measured on an edition: seconds to write it, bytes of the explorer, its time to the first picture.

`python -m bench.report DATA YEAR` writes nothing into DATA. Each line gives what was measured and its share of the
limit that the project set itself; the calibration line says how fast the machine was at that moment.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from ingestion.settings import Settings

SHEETS_SECONDS = 180.0
EXPLORER_BYTES = 5_000_000
FIRST_PICTURE_MS = 2000.0
RUNS = 5
"""Loads of the explorer; the middle one counts."""

T = TypeVar("T")


def _calibrate() -> float:
    """Seconds of a fixed piece of plain Python: what the machine gives at this moment."""
    started = time.perf_counter()
    sum(number * number for number in range(5_000_000))
    return time.perf_counter() - started


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


@contextmanager
def _sheets_elsewhere(settings: Settings) -> Iterator[Settings]:
    """Settings whose outbox is a folder that goes away, and whose snapshot is the one that was given."""
    with TemporaryDirectory() as folder:
        elsewhere = settings.model_copy(update={"data": Path(folder)})
        elsewhere.published.mkdir(parents=True)
        elsewhere.snapshot.symlink_to(settings.snapshot.resolve())
        yield elsewhere


def first_picture(page: str) -> float:
    """Milliseconds from the start of the navigation to the first picture in a fresh Chromium, the middle of five."""
    from tests.browser.headless import PATIENCE, chromium

    found = []
    for _ in range(RUNS):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "explorer.html"
            path.write_text(page, encoding="utf-8")
            with chromium(Path(folder) / "profile") as browser:
                browser.get(path.as_uri())
                until = time.monotonic() + PATIENCE
                while (drawn := browser.execute_script("return document.documentElement.dataset.drawn")) is None:
                    if time.monotonic() > until:
                        raise RuntimeError("The explorer drew nothing.")
                    time.sleep(0.05)
                found.append(float(drawn))
    return sorted(found)[RUNS // 2]


def measure(settings: Settings, year: int) -> Iterator[str]:
    """One line for each measure."""
    from reporting.explorer.page import render_explorer
    from reporting.html.page import render_page
    from reporting.pdf import render_pdf
    from reporting.reading import edition_of, snapshot_of
    from reporting.report import write_document
    from reporting.sheets.publishing import publish_sheets

    yield f"calibration: {_calibrate():.2f} s of plain Python (about 0.35 s on a quiet machine of two cores)"
    edition = edition_of(settings, year)
    document = write_document(edition, settings)
    seconds, page = _timed(lambda: render_page(document))
    yield f"report HTML: {seconds:.1f} s, {len(page.encode()) / 1e6:.1f} MB"
    seconds, pdf = _timed(lambda: render_pdf(document))
    yield f"report PDF: {seconds:.1f} s, {len(pdf) / 1e6:.1f} MB"
    with _sheets_elsewhere(settings) as elsewhere:
        seconds, written = _timed(lambda: publish_sheets(elsewhere, year))
    yield f"sheets: {len(written)} files in {seconds:.0f} s, {seconds / SHEETS_SECONDS:.0%} of the limit"
    with snapshot_of(settings) as connection:
        explorer = render_explorer(connection, edition.edition_id)
    size = len(explorer.encode())
    yield f"explorer: {size / 1e6:.2f} MB, {size / EXPLORER_BYTES:.0%} of the limit"
    # A browser started by a process that holds this much memory would be measured with it.
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        drawn = apart.submit(first_picture, explorer).result()
    yield f"explorer, first picture: {drawn:.0f} ms, {drawn / FIRST_PICTURE_MS:.0%} of the limit"


if __name__ == "__main__":
    for line in measure(Settings(data=Path(sys.argv[1])), int(sys.argv[2])):
        print(line, flush=True)
