"""Pages for paper: tagged PDF (PDF/UA-1) with bookmarks, made by Typst from plain data; the same bytes each time."""

from reporting.pdf.report import render_pdf

__all__ = ["render_pdf"]
