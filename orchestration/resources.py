"""What the assets are given: the warehouse and everything that its settings say (`PLIE_…`), read when a run starts."""

from __future__ import annotations

import dagster as dg
from pydantic import Field

from ingestion.settings import Settings, load_settings


class Warehouse(dg.ConfigurableResource[Settings]):
    """One data root with its settings: where deliveries come from, how long to wait for the lock, whom to alert."""

    data: str | None = Field(default=None, description="Root of everything that is not code; PLIE_DATA when empty.")

    def settings(self) -> Settings:
        """The settings of this process, on this data root."""
        return load_settings(self.data)
