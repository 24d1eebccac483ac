"""Every asset, from landing to report. One file each for what is cut alike and made together."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from orchestration.assets.deliveries import deliveries
from orchestration.assets.edition import consolidate
from orchestration.assets.gate import examine_year
from orchestration.assets.marts import mart_assets
from orchestration.assets.raw import raw_assets
from orchestration.assets.report import report
from orchestration.manifest import KnownProject


def all_assets(known: KnownProject) -> Sequence[dg.AssetsDefinition]:
    """The assets of the warehouse; those of dbt are read from the manifest."""
    return [deliveries, raw_assets(known.manifest), mart_assets(known), examine_year, consolidate, report]
