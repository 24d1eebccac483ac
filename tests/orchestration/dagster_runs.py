"""Runs of Dagster in this process, on a data root of the test's own, and what they wrote down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import pytest

from ingestion.settings import Settings

DELIVERIES = dg.AssetKey("deliveries")
LILLE, PARIS, MARSEILLE = "PLIE-59-06", "PLIE-75-01", "PLIE-13-03"


def use(monkeypatch: pytest.MonkeyPatch, settings: Settings, **environment: object) -> None:
    """Runs of this test read and write the data root of `settings`, with further settings by their variable."""
    values = {"PLIE_DATA": settings.data, "PLIE_LOCK_TIMEOUT": settings.lock_timeout, "PLIE_THREADS": settings.threads}
    for name, value in {**values, **environment}.items():
        monkeypatch.setenv(name, str(value))


def run(
    job: str,
    instance: dg.DagsterInstance,
    *,
    plie_ids: Sequence[str] = (),
    assets: Sequence[dg.AssetKey] | None = None,
    **options: Any,
) -> dg.ExecuteInProcessResult:
    """One run of a job, or of some of its assets; a failure of the run is in the result."""
    from orchestration.definitions import defs

    config = {"ops": {"deliveries": {"config": {"plie_ids": list(plie_ids)}}}} if plie_ids else {}
    return defs.resolve_job_def(job).execute_in_process(
        instance=instance, run_config=config, raise_on_error=False, asset_selection=assets, **options
    )


def materialised(result: dg.ExecuteInProcessResult) -> dict[dg.AssetKey, list[str | None]]:
    """Partitions of each asset that a run materialised; None stands for an asset as a whole."""
    found = defaultdict[dg.AssetKey, list[str | None]](list)
    for event in result.get_asset_materialization_events():
        found[event.materialization.asset_key].append(event.materialization.partition)
    return dict(found)


def observed(result: dg.ExecuteInProcessResult) -> dict[str, Mapping[str, Any]]:
    """Metadata of what a run observed on the partitions of the PLIE."""
    events = [event.asset_observation_data.asset_observation for event in result.get_asset_observation_events()]
    return {str(event.partition): plain(event.metadata) for event in events}


def plain(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata as values of Python."""
    return {name: entry.value for name, entry in metadata.items()}


def evaluations(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    """The checks that a run evaluated, by name."""
    return {check.check_name: check for check in result.get_asset_check_evaluations()}


def listed(evaluation: Any) -> list[dict[str, Any]]:
    """The rows of the table that a check shows."""
    return [dict(record.data) for record in evaluation.metadata["PLIE concerned"].records]
