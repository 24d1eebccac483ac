"""Exits: how many, for which motive, what was not supplied, and traces of exits that are entered late or in bulk."""

from __future__ import annotations

from quality.suites.check import Check, Suite, national_change, rate_from_past, share_from_past, share_from_peers

SUITE = Suite(
    "exits",
    (
        rate_from_past("exits.volume_past", "exits.total"),
        national_change("exits.volume_national", "exits.total"),
        share_from_past("exits.motive_past", "exit_motives"),
        share_from_peers("exits.motive_peers", "exit_motives"),
        share_from_past("exits.not_supplied_past", "exits_not_supplied"),
        share_from_past("exits.last_quarter_past", "exits_of_the_last_quarter"),
        share_from_past("exits.without_step_past", "persons_without_step"),
        share_from_peers("exits.without_step_peers", "persons_without_step"),
        Check("exits.busiest_day", "forms/busiest_day", "cells/exit_days"),
        Check("exits.early_deliveries", "rows/early_deliveries"),
    ),
)
