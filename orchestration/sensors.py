"""What happens by day: a file that lands is taken in without waiting for the night."""

from __future__ import annotations

import hashlib
import json

import dagster as dg

from ingestion.loading.intake import utc_now
from ingestion.settings import load_settings
from orchestration.assets.deliveries import KEY as DELIVERIES
from orchestration.jobs import night
from orchestration.partitions import PLIE

SECONDS = 60
"""Between two looks. A file that did not change from one to the next is complete."""


@dg.sensor(
    job=night,
    minimum_interval_seconds=SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes in what lands by day: files that have not changed for a minute, one run for all that wait.",
)
def landed_by_day(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Compares landing with what it saw a minute ago (the cursor). The same files are asked for once only: what could
    not be taken in stays, and is for the night or for a person."""
    from orchestration.news import waiting_files

    settings = load_settings()
    if settings.source != "landing":
        hour = utc_now().strftime("%Y-%m-%d %H h UTC")
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"mailboxes {hour}")], cursor=hour)
    seen = json.loads(context.cursor or "{}")
    now = {f"{file.plie_id}/{file.name}": [file.bytes, file.modified_ns] for file in waiting_files(settings)}
    complete = {name: mark for name, mark in now.items() if seen.get(name) == mark}
    plie_ids = sorted({name.split("/")[0] for name in complete} & set(PLIE.get_partition_keys()))
    cursor = json.dumps(now, sort_keys=True)
    if not plie_ids:
        context.update_cursor(cursor)
        still = f"{len(now)} files have just come or still grow." if now else "Nothing waits."
        return dg.SkipReason(still)
    mark = hashlib.sha256(json.dumps(complete, sort_keys=True).encode()).hexdigest()[:16]
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(
                run_key=f"landed {mark}",
                run_config=dg.RunConfig(ops={DELIVERIES.to_python_identifier(): {"config": {"plie_ids": plie_ids}}}),
                tags={"files": str(len(complete))},
            )
        ],
        cursor=cursor,
    )


SENSORS = (landed_by_day,)
