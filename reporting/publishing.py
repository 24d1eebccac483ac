"""Writes what people read of an edition beside its open data: the report as HTML and PDF, and the explorer.

Each file is whole or not there: it is written aside and renamed into place.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from consolidation.open_data import open_folder
from ingestion.settings import Settings
from reporting.document import Document
from reporting.edition import Edition
from reporting.reading import edition_of, snapshot_of
from reporting.report import write_document


def report_name(edition: Edition, suffix: str) -> str:
    """The name of the report's file, which says what it is wherever it is saved."""
    return f"consolidation-plie-{edition.year}.{suffix}"


def publish_report(
    settings: Settings,
    year: int,
    edition_id: str | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> tuple[Path, ...]:
    """Writes the report and the explorer of an edition (the latest of the year when none is named).

    Args:
        on_progress: told how many files are written, of how many, and which comes next.

    Returns:
        The files, in `<data>/published/open/<edition>/`.

    Raises:
        NoSuchEdition: nothing is published, or there is no such edition.
        OSError: the folder cannot be written to.
    """
    edition = edition_of(settings, year, edition_id)
    document = write_document(edition, settings)
    folder = open_folder(settings, edition.edition_id)
    folder.mkdir(parents=True, exist_ok=True)
    makers: dict[str, Callable[[], bytes]] = {
        report_name(edition, "html"): lambda: _page(document),
        report_name(edition, "pdf"): lambda: _pdf(document),
        "explorer.html": lambda: _explorer(settings, edition),
    }
    written = []
    for place, (name, make) in enumerate(makers.items()):
        if on_progress is not None:
            on_progress(place, len(makers), name)
        written.append(put_whole(folder / name, make()))
    if on_progress is not None:
        on_progress(len(makers), len(makers), "")
    return tuple(written)


def put_whole(path: Path, content: bytes) -> Path:
    """Whole or not there: written aside under a name that no transport takes, then renamed."""
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(content)
    return aside.replace(path)


def _page(document: Document) -> bytes:
    from reporting.html.page import render_page

    return render_page(document).encode()


def _pdf(document: Document) -> bytes:
    from reporting.pdf import render_pdf

    return render_pdf(document)


def _explorer(settings: Settings, edition: Edition) -> bytes:
    from reporting.explorer.page import render_explorer

    with snapshot_of(settings) as connection:
        return render_explorer(connection, edition.edition_id).encode()
