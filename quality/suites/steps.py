"""Steps: how many for each person, and of which nature."""

from __future__ import annotations

from quality.suites.check import (
    Suite,
    national_change,
    rate_from_past,
    rate_from_peers,
    share_from_past,
    share_from_peers,
)

SUITE = Suite(
    "steps",
    (
        national_change("steps.volume_national", "steps.total"),
        rate_from_past("steps.per_person_past", "steps.per_participant"),
        rate_from_peers("steps.per_person_peers", "indicator", "steps.per_participant"),
        share_from_past("steps.nature_past", "step_natures"),
        share_from_peers("steps.nature_peers", "step_natures"),
    ),
)
