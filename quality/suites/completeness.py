"""Who is there: PLIE that are complete for the year, that are missing, or whose figures are not their last word."""

from __future__ import annotations

from quality.suites.check import Check, Suite

SUITE = Suite(
    "completeness",
    (
        Check("completeness.participating", "rows/participating"),
        Check("completeness.not_built", "rows/not_built"),
        Check("completeness.expected_plie", "rows/expected_plie", "cells/participation"),
        Check("completeness.participation_rate", "rows/participation_rate", "cells/participation"),
        Check("completeness.nothing_entered", "rows/nothing_entered"),
        Check("completeness.held_deliveries", "rows/held_deliveries"),
        Check("completeness.rejected_rows", "rows/rejected_rows"),
    ),
)
