"""One night as tests see it: the instant at which it runs, and the load of what has landed by then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ingestion.loading.intake import Outcome, load_landing
from ingestion.settings import Settings
from tests.deliveries import CREATED

NOW = datetime(2022, 1, 1, 2, 0, 13, 999, tzinfo=UTC)
LATER = CREATED + timedelta(hours=1)
"""When a second delivery of a PLIE is created."""
OTHER = "PLIE-13-01"
"""A second PLIE."""


def load(settings: Settings, *plie_ids: str, now: datetime = NOW) -> list[Outcome]:
    return load_landing(settings, plie_ids or None, now=lambda: now)


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]
