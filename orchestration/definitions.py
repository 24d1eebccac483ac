"""What Dagster sees: assets, checks, jobs, schedule and sensors. It is all put together here, and nothing is made here.

Loading reads the code and one file (`orchestration/manifest.py`); it opens no database and no connection.
"""

from __future__ import annotations

import dagster as dg

from ingestion.settings import load_settings
from orchestration.alert_sensors import alert_sensors
from orchestration.assets import all_assets
from orchestration.checks import all_checks
from orchestration.jobs import JOBS
from orchestration.manifest import known_project
from orchestration.resources import Warehouse
from orchestration.schedules import SCHEDULES
from orchestration.sensors import SENSORS

defs = dg.Definitions(
    assets=[*all_assets(known_project(load_settings()))],
    asset_checks=[*all_checks()],
    jobs=[*JOBS],
    schedules=[*SCHEDULES],
    sensors=[*SENSORS, *alert_sensors],
    resources={"warehouse": Warehouse()},
    # One process per run: a step has nothing to gain from one of its own, and each would cost seconds to start.
    executor=dg.in_process_executor,
)
