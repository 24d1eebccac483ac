"""The annual report as a PDF, from the same tree as its HTML."""

from __future__ import annotations

from reporting.document import Document
from reporting.pdf.compiling import compile_pdf
from reporting.pdf.tree import block_data
from reporting.typography import moment


def render_pdf(document: Document) -> bytes:
    """The report, the same bytes for the same edition.

    Raises:
        typst.TypstError: the report cannot be set, or would not be PDF/UA.
    """
    edition = document.edition
    data = {
        "title": document.title,
        "year": edition.year,
        "edition": edition.edition_id,
        "frozen": moment(edition.frozen_at),
        "digest": edition.digest,
        "madeUp": edition.is_made_up,
        "parts": [
            {"heading": block_data(part.heading), "blocks": [block_data(block) for block in part.blocks]}
            for part in document.parts
        ],
    }
    return compile_pdf("report.typ", data, edition.frozen_at)
