"""Publishes what is frozen: the snapshot for analysts, open data of editions, their manifests in the archive."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from consolidation.editions.edition import find_edition, list_editions
from consolidation.editions.manifest import verify_archive, write_manifest
from consolidation.editions.sealing import verify_editions
from consolidation.open_data import write_open_data
from consolidation.snapshot import publish_snapshot
from ingestion.settings import Settings
from ingestion.warehouse import writing


def publish(
    settings: Settings,
    edition_ids: Collection[str] | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> list[Path]:
    """Writes manifest and open data of editions (all when None), then the snapshot; returns the folders of open data.

    Doing it again, also after a crash, gives the same files. Editions whose rows were changed are never published.

    Raises:
        UnknownEdition: nothing was frozen under one of the names.
        EditionAltered: an edition is not what it was; nothing is written.
        WarehouseBusy: another process writes.
    """
    with writing(settings, "publishing editions", on_wait) as connection:
        verify_editions(connection)
        known = list_editions(connection)
        verify_archive(settings, known)
        chosen = known if edition_ids is None else [find_edition(connection, name) for name in edition_ids]
        for edition in chosen:
            write_manifest(connection, settings, edition)
        folders = [write_open_data(connection, settings, edition) for edition in chosen]
        publish_snapshot(connection, settings)
    return folders
