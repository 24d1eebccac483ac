"""Puts the HTML page together: head, table of contents, parts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from reporting.document import Document, plain
from reporting.html.blocks import heading, render_block
from reporting.html.inline import Inlines
from reporting.typography import moment, set_in_french

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
    return _template().render(
        policy=SECURITY_POLICY,
        style=Markup(STYLE.read_text(encoding="utf-8")),  # noqa: S704 - our own file
        document=document,
        edition=document.edition,
        frozen=moment(document.edition.frozen_at),
        contents=document.headings(deepest=3),
        parts=parts,
        words=plain,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["set_in_french"] = set_in_french
    return environment.get_template("page.html.j2")
