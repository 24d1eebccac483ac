"""The clock: the night, at 02:00 in Paris, whatever the season."""

from __future__ import annotations

import dagster as dg

from ingestion.nights import night_of
from ingestion.settings import load_settings
from orchestration.jobs import night
from orchestration.partitions import TIMEZONE


@dg.schedule(
    job=night,
    cron_schedule="0 2 * * *",
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="One run for all PLIE at 02:00 in Paris. A night whose every PLIE is written down is skipped.",
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Asks for the night once. It runs also where nothing waits: silence is an outcome, to be written down."""
    from orchestration.news import is_recorded, waiting_files

    settings = load_settings()
    date = night_of(context.scheduled_execution_time)
    if settings.source == "landing" and not waiting_files(settings) and is_recorded(settings, date):
        return dg.SkipReason(f"Nothing waits, and the night of {date} is written down for every PLIE.")
    return dg.RunRequest(run_key=f"night {date}", tags={"night": date.isoformat()})


SCHEDULES = (every_night,)
