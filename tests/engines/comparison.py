"""What a comparison of two warehouses found, as a failing test is to say it."""

from __future__ import annotations

from orchestration.comparing import Difference


def told(found: list[Difference]) -> str:
    """One difference a line."""
    return "\n".join(f"{difference.relation}: {difference.rows} {difference.what}" for difference in found)
