"""The steps of a night as plain functions, for the command line and for Dagster alike. No figure is computed here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import duckdb

from consolidation.snapshot import publish_snapshot
from ingestion.loading.intake import Outcome, load_landing
from ingestion.settings import Settings
from ingestion.survey.intake import load_surveys
from ingestion.warehouse import open_warehouse, prepare_raw, tidy, writer_lock
from orchestration.dbt_runner import BuildReport, build
from orchestration.last_build import BuildPlan, Extent, plan_build, remember_build
from orchestration.view_comments import keep_view_comments

NOTHING_RUN = BuildReport(statuses={}, seconds={}, warnings=())


@dataclass(frozen=True, kw_only=True)
class Published(BuildReport):
    """What one build did, and what there was to do."""

    plan: BuildPlan


def build_and_publish(
    settings: Settings,
    on_progress: Callable[[int, int, str], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
    everything: bool = False,
) -> Published:
    """Builds what changed, tests the data, and puts the snapshot in place, all under one hold of the writer lock.

    Into a lake others load meanwhile: built is what was loaded at the beginning, the next build takes the rest.

    Where code and ledger are those of the last complete build, what was built and tested then stands: nothing is run.

    Args:
        everything: builds, tests and publishes all of it whatever the last build was made of.

    Raises:
        BuildFailed: a model or a data test failed; the snapshot that was there stays.
        WarehouseBusy: another process writes.
    """
    with writer_lock(settings, "plie build", on_wait):
        with closing(open_warehouse(settings)) as connection:
            prepare_raw(connection, settings)
            plan = plan_build(connection, settings, everything)
        if plan.extent is Extent.NOTHING:
            return Published(**vars(NOTHING_RUN), plan=plan)
        report = build(settings, on_progress, plan.extent, snapshot=plan.snapshot)
        with closing(open_warehouse(settings)) as connection:
            keep_view_comments(connection, settings, report.view_comments)
            publish_snapshot(connection, settings)
            remember_build(connection, plan)
            report = replace(report, rows=count_rows(connection))
        tidy(settings)
    return Published(**vars(report), plan=plan)


def build_some(settings: Settings, names: Sequence[str], on_wait: Callable[[str], None] | None = None) -> BuildReport:
    """Builds and tests only the models, seeds and tests named, as a person asked; nothing is published.

    dbt drops the record of the last complete build at its start, so the next one makes everything (decision 0006).

    Raises:
        BuildFailed: a model or a data test failed.
        WarehouseBusy: another process writes.
    """
    with writer_lock(settings, "building some models", on_wait):
        report = build(settings, only=names)
        with closing(open_warehouse(settings)) as connection:
            return replace(report, rows=count_rows(connection))


def count_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each table of the warehouse, as `schema.table`; views are left out, since counting them computes them."""
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    if not tables:
        return {}
    counts = " union all ".join(f"select '{table}', count(*) from {table}" for (table,) in tables)
    return dict(connection.execute(counts).fetchall())


def take_in(
    settings: Settings,
    plie_ids: Collection[str] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Takes in every delivery, then every workbook of the survey, that waits in landing; all PLIE when none is named.

    Raises:
        WarehouseBusy: another process writes.
        OSError: the data root cannot be written to.
    """
    return [
        *load_landing(settings, plie_ids, on_outcome=on_outcome, on_wait=on_wait),
        *load_surveys(settings, plie_ids, on_outcome=on_outcome, on_wait=on_wait),
    ]
