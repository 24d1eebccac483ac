"""How the assets are cut: by PLIE where something arrives, by year where something is consolidated. Never by both."""

from __future__ import annotations

import dagster as dg

from ingestion.contract import registered_plie_ids

TIMEZONE = "Europe/Paris"
"""The clock by which a night and a year are counted."""

FIRST_YEAR = 2016
"""The first year that the contract's full deliveries cover (transfer contract, coverage)."""

PLIE = dg.StaticPartitionsDefinition(sorted(registered_plie_ids()))
"""Every PLIE that the register has ever known: the past of a closed one may still arrive."""

YEARS = dg.TimeWindowPartitionsDefinition(
    start=str(FIRST_YEAR),
    fmt="%Y",
    cron_schedule="0 0 1 1 *",
    timezone=TIMEZONE,
)
"""Years that have ended; the one that ends tonight is there tomorrow, without a restart."""
