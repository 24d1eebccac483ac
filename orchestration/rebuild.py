"""Rebuilds an edition from the archive: loads its deliveries into a scratch folder, builds, and compares digests."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from consolidation.editions.manifest import read_manifest
from consolidation.editions.rebuilding import Rebuilt, lay_out, rebuild_edition, scratch_settings
from ingestion.loading.intake import Outcome
from ingestion.settings import Settings
from orchestration.pipeline import build_and_publish, take_in

OnProgress = Callable[[int, int, str], None]


class NotLoadable(RuntimeError):
    """A delivery that an edition rests on is not accepted any more; the message says which."""


def rebuild(
    settings: Settings,
    edition_id: str,
    on_progress: OnProgress | None = None,
) -> Rebuilt:
    """Makes an edition again from archive and manifest alone; neither the warehouse nor any edition is touched.

    The scratch folder lies inside the data root, readable by its owner alone, and is gone afterwards.

    Args:
        on_progress: how far loading, then building, then the gate is.

    Raises:
        NoManifest: the archive does not know this edition.
        ArchiveIncomplete: a delivery is missing or changed.
        NotLoadable: the code of now does not accept a delivery.
        BuildFailed: the code of now does not build.
    """
    manifest = read_manifest(settings, edition_id)
    settings.spill.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rebuild-", dir=settings.spill) as folder:
        scratch = scratch_settings(settings, Path(folder))
        lay_out(settings, manifest, scratch)
        outcomes = _load(scratch, len(manifest.deliveries), on_progress)
        lost = [outcome for outcome in outcomes if not outcome.status.startswith("accepted")]
        if lost or len(outcomes) != len(manifest.deliveries):
            listed = "; ".join(f"{outcome.file_name}: {outcome.status}. {outcome.message}" for outcome in lost[:5])
            raise NotLoadable(
                f"The code of now does not take in what {edition_id} rests on: {listed or 'files are lost'}"
            )
        build_and_publish(scratch, on_progress)
        return rebuild_edition(scratch, manifest, on_progress)


def _load(scratch: Settings, total: int, on_progress: OnProgress | None) -> list[Outcome]:
    done = 0

    def on_outcome(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        if on_progress is not None:
            on_progress(done, total, outcome.file_name)

    return take_in(scratch, on_outcome=on_outcome)
