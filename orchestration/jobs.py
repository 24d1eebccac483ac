"""The jobs that a person or a clock starts. What they do is in the assets; a job only says which."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.deliveries import KEY as DELIVERIES
from orchestration.assets.gate import KEY as GATE
from orchestration.assets.marts import SNAPSHOT
from orchestration.partitions import YEARS

FROM_LANDING_TO_SNAPSHOT = dg.AssetSelection.assets(SNAPSHOT).upstream()

night = dg.define_asset_job(
    "night",
    selection=FROM_LANDING_TO_SNAPSHOT,
    description="Takes in what the PLIE sent, each with its own outcome, builds what changed, tests it, publishes.",
)

by_hand = dg.define_asset_job(
    "take_in_some",
    selection=dg.AssetSelection.assets(DELIVERIES),
    description=(
        "Takes in what some PLIE sent: name them in the launchpad (`plie_ids`), next to each other in the register or "
        "not. One run for all of them. Choosing partitions on the page of the asset does the same, in one run for each "
        "unbroken range."
    ),
)

rebuild = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.assets(SNAPSHOT).upstream() - dg.AssetSelection.groups("ingestion", "raw"),
    description="Builds what changed since the last complete build, tests it, publishes: `plie build`.",
)

consolidation = dg.define_asset_job(
    "consolidation",
    selection=dg.AssetSelection.assets(GATE).downstream() & dg.AssetSelection.groups("consolidation", "publication"),
    partitions_def=YEARS,
    description=(
        "Asks the gate about a year, freezes its next edition, publishes it. Choose the year; from the second edition "
        "of a year on, the launchpad asks for a reason. It stops where the gate is closed."
    ),
)

JOBS = (night, by_hand, rebuild, consolidation)
