"""The sensor that tells of a run that failed, or died, in Dagster. Without address or webhook it does nothing."""

from __future__ import annotations

import dagster as dg


@dg.run_failure_sensor(
    name="run_failure_alerts",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=60,
    description="Tells by e-mail or webhook of each run that failed, once (docs/transport.md). Off until one is set.",
)
def run_failure_alerts(context: dg.RunFailureSensorContext) -> None:
    """One failed run; a mail server that fails is logged, and tried again with the next alert."""
    from ingestion.settings import load_settings
    from orchestration.alerts import tell_run_failed

    steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
    tell_run_failed(load_settings(), context.dagster_run.run_id, context.dagster_run.job_name, steps)


alert_sensors = (run_failure_alerts,)
"""What the definitions take from here."""
