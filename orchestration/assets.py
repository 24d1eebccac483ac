"""The assets of the warehouse: each calls a function of another room and says what came of it. Nothing else."""

from __future__ import annotations

import dagster as dg

from ingestion.settings import load_settings


@dg.asset(
    group_name="ingestion",
    kinds={"duckdb"},
    description="What the PLIE sent: each delivery in landing goes through the gate, into `raw` and the ledger.",
)
def deliveries() -> dg.MaterializeResult[None]:
    """Takes in what waits; a delivery that is refused does not fail the run, its PLIE gets an acknowledgement."""
    from collections import Counter

    from orchestration.pipeline import take_in

    statuses = Counter(outcome.status for outcome in take_in(load_settings()))
    return dg.MaterializeResult(metadata={"deliveries": sum(statuses.values()), **dict(statuses)})


@dg.asset(
    deps=[deliveries],
    group_name="marts",
    kinds={"dbt", "duckdb"},
    description="Facts, dimensions and indicators, built and tested by dbt, then published for analysts.",
)
def marts() -> dg.MaterializeResult[None]:
    """Builds every model and puts the snapshot in place; a failed data test keeps the former snapshot."""
    from orchestration.pipeline import build_and_publish

    settings = load_settings()
    report = build_and_publish(settings)
    return dg.MaterializeResult(
        metadata={
            **{f"nodes_{status}": count for status, count in report.statuses.items()},
            "snapshot": dg.MetadataValue.path(settings.snapshot),
        }
    )
