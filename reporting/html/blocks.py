"""Paragraphs, tables, charts and fiches as HTML."""

from __future__ import annotations

from base64 import b64encode

from markupsafe import Markup, escape

from reporting.charts.drawing import NARROW, WIDE, draw, svg_size
from reporting.charts.palette import SANS
from reporting.document import (
    Block,
    Bullets,
    Cell,
    Content,
    Fiches,
    Heading,
    KeyFigures,
    Note,
    Paragraph,
    Picture,
    Shown,
    Table,
    Terms,
    plain,
)
from reporting.edition import ActionSheet
from reporting.fiches import told, who
from reporting.html.inline import Inlines
from reporting.typography import HIDDEN, set_in_french

_JOIN = Markup("")


def render_block(block: Block, inlines: Inlines) -> Markup:
    """One block of the report."""
    match block:
        case Heading():
            return heading(block, inlines)
        case Paragraph():
            return Markup("<p>{}</p>").format(inlines.render(block.content))
        case Bullets():
            items = _JOIN.join(Markup("<li>{}</li>").format(inlines.render(item)) for item in block.items)
            return Markup("<{tag}>{items}</{tag}>").format(tag="ol" if block.ordered else "ul", items=items)
        case Note():
            remarks = _JOIN.join(Markup("<p>{}</p>").format(inlines.render(one)) for one in block.paragraphs)
            return Markup('<div class="note">{}</div>').format(remarks)
        case KeyFigures():
            return _key_figures(block, inlines)
        case Table():
            return Markup('<div class="table" tabindex="0" role="region" aria-label="{}">{}</div>').format(
                plain(block.caption), _table(block, inlines)
            )
        case Picture():
            return _picture(block, inlines)
        case Fiches():
            return _JOIN.join(_fiche(sheet) for sheet in block.sheets)
        case Terms():
            terms = _JOIN.join(
                Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
                    inlines.render(term.name), inlines.render(term.definition)
                )
                for term in block.terms
            )
            return Markup("<dl>{}</dl>").format(terms)


def heading(block: Heading, inlines: Inlines) -> Markup:
    """A heading with its number."""
    shown = Markup('<span class="number">{}</span> ').format(block.number) if block.number else _JOIN
    return Markup('<h{level} id="{anchor}">{number}{words}</h{level}>').format(
        level=block.level, anchor=block.anchor, number=shown, words=inlines.render(block.content)
    )


def _key_figures(block: KeyFigures, inlines: Inlines) -> Markup:
    tiles = _JOIN.join(
        Markup('<li><span class="big">{}</span> {}</li>').format(
            inlines.figure(tile.figure), inlines.render(tile.label)
        )
        for tile in block.tiles
    )
    return Markup('<ul class="tiles">{}</ul>').format(tiles)


def _table(table: Table, inlines: Inlines) -> Markup:
    head = _JOIN.join(_head_cell(cell, inlines) for cell in table.head)
    rows = _JOIN.join(
        Markup("<tr>{}</tr>").format(_JOIN.join(_cell(cell, inlines) for cell in row)) for row in table.rows
    )
    has_head = any(plain(cell.content) for cell in table.head)
    return Markup("<table><caption>{}</caption>{}<tbody>{}</tbody></table>").format(
        _words(table.caption), Markup("<thead><tr>{}</tr></thead>").format(head) if has_head else _JOIN, rows
    )


def _words(content: Content) -> Markup:
    """Content without the cards of its figures, which would stand there twice."""
    return escape(plain(content))


def _head_cell(cell: Cell, inlines: Inlines) -> Markup:
    tag = "th" if plain(cell.content) else "td"
    scope = Markup(' scope="col"') if tag == "th" else _JOIN
    kind = Markup(' class="n"') if cell.is_number else _JOIN
    return Markup("<{tag}{scope}{kind}>{words}</{tag}>").format(
        tag=tag, scope=scope, kind=kind, words=inlines.render(cell.content)
    )


def _cell(cell: Cell, inlines: Inlines) -> Markup:
    if cell.is_heading:
        return Markup('<th scope="row">{}</th>').format(inlines.render(cell.content))
    if not cell.is_number:
        return Markup("<td>{}</td>").format(inlines.render(cell.content))
    # Beside its value a numerator says nothing new on being pointed at; a value and a change do.
    explained = tuple(one for one in cell.content if not isinstance(one, Shown) or one.what in ("value", "change"))
    words = inlines.render(cell.content) if explained == cell.content else _words(cell.content)
    hidden = " hidden-figure" if plain(cell.content) == HIDDEN else ""
    return Markup('<td class="n{}">{}</td>').format(hidden, words)


def _picture(block: Picture, inlines: Inlines) -> Markup:
    wide, narrow = (draw(block.chart, width, SANS) for width in (WIDE, NARROW))
    width, height = svg_size(wide)
    key = Markup('<p class="key">{}</p>').format(inlines.render(block.key)) if plain(block.key) else _JOIN
    return Markup(
        '<figure id="graphique-{name}"><figcaption>{title}</figcaption>'
        '<picture><source media="(max-width: 40rem)" srcset="{narrow}">'
        '<img src="{wide}" alt="{alternative}" width="{width}" height="{height}"></picture>{key}'
        '<details class="behind"><summary>Les chiffres de ce graphique</summary>'
        '<div class="table">{table}</div></details></figure>'
    ).format(
        name=block.chart.name,
        title=inlines.render(block.title),
        narrow=_address(narrow),
        wide=_address(wide),
        alternative=f"{plain(block.title)}. {block.alternative}",
        width=width,
        height=height,
        key=key,
        table=_table(block.table, inlines),
    )


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _fiche(sheet: ActionSheet) -> Markup:
    rest = _JOIN.join(Markup("<p><strong>{}.</strong> {}</p>").format(name, text) for name, text in told(sheet))
    stakes = Markup("<p>{}</p>").format(set_in_french(sheet.stakes)) if sheet.stakes else _JOIN
    more = (
        Markup(
            '<details><summary>Lire la fiche<span class="away"> «\u202f{}\u202f»</span></summary>{}</details>'
        ).format(set_in_french(sheet.title), rest)
        if rest
        else _JOIN
    )
    return Markup('<article class="fiche"><h5>{}</h5><p class="who">{}</p>{}{}</article>').format(
        set_in_french(sheet.title), who(sheet), stakes, more
    )
