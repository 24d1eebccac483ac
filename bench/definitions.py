"""How long Dagster waits for our definitions: seconds from starting Python until they are loaded, and the peak memory.

    python -m bench.definitions

The dbt manifest is made first, as a deployment does; a webserver, a daemon and every run load them once.
"""

from __future__ import annotations

import os
import statistics
import sys

from bench.measure import run
from ingestion.settings import load_settings
from orchestration.manifest import make_manifest

TIMES = 5
TARGET = 8.0
"""Seconds that loading may take."""

LOADED = "import orchestration.definitions as it; it.defs.get_repository_def()"


def main() -> None:
    """Prints one line; ends with code 1 when the target is missed."""
    make_manifest(load_settings())
    before = os.times()
    measures = [run(sys.executable, "-W", "ignore", "-c", LOADED) for _ in range(TIMES)]
    after = os.times()
    used = (after.children_user + after.children_system - before.children_user - before.children_system) / TIMES
    seconds = statistics.median(measure.seconds for measure in measures)
    peak = max(measure.peak_mib for measure in measures)
    verdict = "met" if seconds < TARGET else "missed"
    print(
        f"definitions loaded in {seconds:.1f} s (median of {TIMES}; {used:.1f} s of processor each), {peak:.0f} MiB;"
        f" target {TARGET:g} s: {verdict}"
    )
    sys.exit(verdict != "met")


if __name__ == "__main__":
    main()
