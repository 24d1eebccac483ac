"""The mark of a data root that holds made-up people; whatever shows figures from it says so."""

from __future__ import annotations

from ingestion.settings import Settings

MARK = "DONNEES_FICTIVES.json"
"""File of the data root; its content is `orchestration.made_up`'s."""


def is_made_up(settings: Settings) -> bool:
    """Whether this data root is marked as holding made-up people."""
    return (settings.data / MARK).is_file()
