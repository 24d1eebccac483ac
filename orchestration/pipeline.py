"""The steps of a night as plain functions, for the command line and for Dagster alike. No figure is computed here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from consolidation.snapshot import publish_snapshot
from ingestion.settings import Settings
from ingestion.warehouse import open_warehouse, writer_lock
from orchestration.dbt_runner import BuildReport, build


def build_and_publish(
    settings: Settings,
    on_progress: Callable[[int, int, str], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> BuildReport:
    """Builds every model, tests the data, and puts the snapshot in place, all under one hold of the writer lock.

    Raises:
        BuildFailed: a model or a data test failed; the snapshot that was there stays.
        WarehouseBusy: another process writes.
    """
    with writer_lock(settings, "plie build", on_wait):
        report = build(settings, on_progress)
        with closing(open_warehouse(settings)) as connection:
            publish_snapshot(connection, settings)
    return report
