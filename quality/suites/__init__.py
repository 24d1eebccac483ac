"""The suites of the gate: one file per subject says what is looked at, in the order in which people read the results.

Beside each one stands its JSON, as Great Expectations writes it: what was agreed on can be read and compared without
running anything. `python -m quality.suites` writes them anew.
"""

from __future__ import annotations

from quality.suites import completeness, entries, exits, indicators, steps, survey
from quality.suites.check import Check, Suite

SUITES = (
    completeness.SUITE,
    entries.SUITE,
    steps.SUITE,
    exits.SUITE,
    survey.SUITE,
    indicators.SUITE,
)

__all__ = ["SUITES", "Check", "Suite"]
