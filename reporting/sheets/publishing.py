"""Writes the sheet of each participating PLIE into its own outbox, from where it goes to that PLIE alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from ingestion.settings import Settings
from reporting.publishing import put_whole
from reporting.reading import edition_of, read_edition, snapshot_of
from reporting.sheets.content import write_sheet
from reporting.sheets.reading import OwnFigures, read_sheets
from reporting.sheets.rendering import render_sheet

_read: list[OwnFigures] = []
"""What this process has read of the edition: filled once, when a worker starts."""


def sheet_name(edition_id: str, suffix: str) -> str:
    """The name of a sheet's file in the outbox of its PLIE."""
    return f"fiche-plie_{edition_id}.{suffix}"


def publish_sheets(
    settings: Settings,
    year: int,
    edition_id: str | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> tuple[Path, ...]:
    """Writes the sheets of an edition (the latest of the year when none is named), as HTML and PDF.

    Args:
        on_progress: told how many PLIE are done, of how many, and which was the last.

    Returns:
        The files, in `<data>/outbox/<plie_id>/`.

    Raises:
        NoSuchEdition: nothing is published, or there is no such edition.
        OSError: a folder cannot be written to.
    """
    edition = edition_of(settings, year, edition_id)
    total = len(edition.programmes)
    written: list[Path] = []
    with ProcessPoolExecutor(
        min(settings.threads, total) or 1,
        get_context("spawn"),
        initializer=_begin,
        initargs=(settings, year, edition.edition_id),
    ) as workers:
        for done, paths in enumerate(workers.map(_write, [settings.outbox] * total, range(total)), start=1):
            written += paths
            if on_progress is not None:
                on_progress(done, total, paths[0].parent.name)
    return tuple(written)


def _begin(settings: Settings, year: int, edition_id: str) -> None:
    with snapshot_of(settings) as connection:
        _read[:] = read_sheets(connection, read_edition(connection, year, edition_id))


def _write(outbox: Path, place: int) -> tuple[Path, Path]:
    one = _read[place]
    page, pdf = render_sheet(write_sheet(one))
    folder = outbox / one.programme.plie_id
    folder.mkdir(parents=True, exist_ok=True)
    name = one.edition.edition_id
    return put_whole(folder / sheet_name(name, "html"), page.encode()), put_whole(folder / sheet_name(name, "pdf"), pdf)
