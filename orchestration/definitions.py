"""What Dagster sees: the deliveries, and the marts built and published from them."""

from __future__ import annotations

import dagster as dg

from orchestration.assets import deliveries, marts

defs = dg.Definitions(
    assets=[deliveries, marts],
    jobs=[dg.define_asset_job("night", selection=dg.AssetSelection.all(), description="Take in, build, publish.")],
)
