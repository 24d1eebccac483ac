"""A sheet as a page and as a PDF of two pages, from the same blocks."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reporting.charts.drawing import NARROW, draw
from reporting.charts.palette import SANS as SCREEN
from reporting.document import Block, Picture, plain
from reporting.edition import Programme
from reporting.html.blocks import render_block
from reporting.html.inline import Inlines
from reporting.html.page import SECURITY_POLICY, STYLE
from reporting.html.templates import page_template
from reporting.pdf.compiling import SANS as PAPER
from reporting.pdf.compiling import compile_pdf
from reporting.pdf.tree import block_data, picture_data
from reporting.sheets.content import Sheet
from reporting.typography import moment, set_in_french

_HERE = Path(__file__).resolve().parent
KIND = "Fiche du PLIE"
ALONE = (
    "Cette fiche est destinée à votre seul PLIE : vos chiffres y sont exacts, même petits. Ne la diffusez pas telle"
    " quelle. Ceux de la région et de la France sont publics ; « s » : secret statistique."
)


def render_sheet(sheet: Sheet) -> tuple[str, bytes]:
    """The sheet as the text of one HTML file and as a PDF, the same for the same edition.

    Raises:
        typst.TypstError: it cannot be set, or would not be PDF/UA.
    """
    drawn = {
        block.chart.name: draw(block.chart, NARROW, f"'{PAPER}', {SCREEN}")
        for page in sheet.pages
        for block in page
        if isinstance(block, Picture)
    }
    return _page(sheet, drawn), _pdf(sheet, drawn)


def _page(sheet: Sheet, drawn: Mapping[str, str]) -> str:
    one = sheet.of
    inlines = Inlines(one.edition)

    def shown(block: Block) -> Markup:
        return _figure(block, drawn, inlines) if isinstance(block, Picture) else render_block(block, inlines)

    return page_template(_HERE / "page.html.j2").render(
        policy=SECURITY_POLICY,
        style=Markup(STYLE.read_text(encoding="utf-8")),  # noqa: S704 - our own file
        own_style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        edition=one.edition,
        programme=one.programme,
        kind=f"{KIND}, consolidation {one.edition.year}",
        place=_place(one.programme),
        edition_line=_edition_line(sheet),
        alone=set_in_french(ALONE),
        pages=[Markup("").join(map(shown, page)) for page in sheet.pages],
        indicators=sheet.indicators,
    )


def _figure(picture: Picture, drawn: Mapping[str, str], inlines: Inlines) -> Markup:
    address = f"data:image/svg+xml;base64,{b64encode(drawn[picture.chart.name].encode()).decode()}"
    return Markup(
        '<figure class="half"><figcaption>{}</figcaption><img src="{}" alt="{}">'
        '<details class="behind"><summary>Les chiffres</summary>{}</details></figure>'
    ).format(plain(picture.title), address, picture.alternative, render_block(picture.table, inlines))


def _pdf(sheet: Sheet, drawn: Mapping[str, str]) -> bytes:
    edition = sheet.of.edition

    def told(block: Block) -> dict[str, Any]:
        shown = picture_data(block, drawn[block.chart.name]) if isinstance(block, Picture) else block_data(block)
        return {**shown, "spare": any(block is one for one in sheet.spare)}

    data = {
        "kind": f"{KIND}, consolidation {edition.year}",
        "name": set_in_french(sheet.of.programme.name),
        "place": f"{_place(sheet.of.programme)} {_edition_line(sheet)}",
        "alone": set_in_french(ALONE),
        "madeUp": edition.is_made_up,
        "pages": [[told(block) for block in page] for page in sheet.pages],
    }
    return compile_pdf("sheet.typ", data, edition.frozen_at)


def _place(programme: Programme) -> str:
    town = programme.town or ""
    where = f"{town} ({programme.department_code})" if town and programme.department_code else town
    return ", ".join(filter(None, (where, programme.region))) + "." if where or programme.region else ""


def _edition_line(sheet: Sheet) -> str:
    edition = sheet.of.edition
    return f"Édition {edition.edition_id}, figée le {moment(edition.frozen_at)}."
