"""Puts the HTML page together: head, table of contents, parts."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from reporting.document import Document, plain
from reporting.html.blocks import heading, render_block
from reporting.html.inline import Inlines
from reporting.html.templates import page_template
from reporting.typography import moment

_HERE = Path(__file__).resolve().parent
STYLE = _HERE / "style.css"
SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def render_page(document: Document) -> str:
    """The report as the text of one HTML file, the same bytes for the same edition."""
    inlines = Inlines(document.edition)
    parts = [
        Markup("").join([heading(part.heading, inlines), *(render_block(block, inlines) for block in part.blocks)])
        for part in document.parts
    ]
    return page_template(_HERE / "page.html.j2").render(
        policy=SECURITY_POLICY,
        style=Markup(STYLE.read_text(encoding="utf-8")),  # noqa: S704 - our own file
        document=document,
        edition=document.edition,
        frozen=moment(document.edition.frozen_at),
        contents=document.headings(deepest=3),
        parts=parts,
        words=plain,
    )
