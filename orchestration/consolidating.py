"""A yearly consolidation from what is loaded to what is published, for the command line and for Dagster alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consolidation.editions import Edition, freeze
from consolidation.editions.freezing import refuse_early
from consolidation.publication import publish
from ingestion.settings import Settings
from orchestration.pipeline import Published, build_and_publish

OnProgress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Consolidated:
    """One consolidation: the edition, what had to be built before it, and the folder of its open data."""

    edition: Edition
    built: Published
    open_data: Path


def consolidate(
    settings: Settings,
    year: int,
    reason: str | None = None,
    *,
    who: str,
    on_build: OnProgress | None = None,
    on_progress: OnProgress | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Consolidated:
    """Builds what changed, freezes the next edition of a year if the gate lets it through, and publishes it.

    Args:
        on_build: how far the build is; `on_progress`: how far gate and disclosure control are, as of `freeze`.

    A crash after the edition was frozen leaves it frozen; `consolidation.publication.publish` then finishes.

    Raises:
        FileNotFoundError: nothing was ever loaded here.
        BuildFailed: a model or a data test failed.
        NotFrozen, MartsOutOfDate, ArchiveIncomplete, EditionAltered: as of `consolidation.editions.freeze`.
        WarehouseBusy: another process writes.
    """
    refuse_early(settings, year, reason, who)
    built = build_and_publish(settings, on_build, on_wait)
    edition = freeze(settings, year, reason, who=who, on_progress=on_progress, on_wait=on_wait)
    (folder,) = publish(settings, [edition.edition_id], on_wait)
    return Consolidated(edition, built, folder)
