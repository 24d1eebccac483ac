"""The report's tree as plain data for a layout: every block says its kind; words are runs with their marks."""

from __future__ import annotations

from typing import Any

from ingestion.acknowledgement.wording import typeset
from reporting.charts.drawing import draw
from reporting.document import (
    Block,
    Bullets,
    Cell,
    Content,
    Emphasis,
    Fiches,
    Heading,
    Inline,
    KeyFigures,
    Link,
    Note,
    Paragraph,
    Picture,
    Shown,
    Strong,
    Table,
    Terms,
    Text,
    plain,
)
from reporting.edition import ActionSheet
from reporting.fiches import told, who
from reporting.pdf.compiling import SANS

PAPER_WIDTH = 620
"""Pixels in which charts are drawn for paper: their type then comes out about as large as that of the text."""

Data = dict[str, Any]


def words(content: Content) -> list[Data]:
    """Runs of words, each with its kind."""
    return [_run(one) for one in content]


def _run(one: Inline) -> Data:
    match one:
        case Text():
            return {"kind": "text", "text": one.text}
        case Shown():
            return {"kind": "figure", "text": one.text, "target": one.figure.indicator.anchor}
        case Strong():
            return {"kind": "strong", "runs": words(one.content)}
        case Emphasis():
            return {"kind": "emphasis", "runs": words(one.content)}
        case Link():
            return {"kind": "link", "target": one.target.removeprefix("#"), "runs": words(one.content)}


def block_data(block: Block) -> Data:
    """One block of the report."""
    match block:
        case Heading():
            return {
                "kind": "heading",
                "level": block.level - 1,
                "anchor": block.anchor,
                "number": block.number,
                "words": words(block.content),
            }
        case Paragraph():
            return {"kind": "paragraph", "words": words(block.content)}
        case Bullets():
            return {"kind": "bullets", "ordered": block.ordered, "items": [words(item) for item in block.items]}
        case Note():
            return {"kind": "note", "paragraphs": [words(one) for one in block.paragraphs]}
        case KeyFigures():
            return {
                "kind": "key figures",
                "tiles": [{"figure": tile.figure.text, "label": words(tile.label)} for tile in block.tiles],
            }
        case Table():
            return table_data(block)
        case Picture():
            return picture_data(block, draw(block.chart, PAPER_WIDTH, SANS))
        case Fiches():
            return {"kind": "fiches", "sheets": [_sheet(sheet) for sheet in block.sheets]}
        case Terms():
            return {
                "kind": "terms",
                "terms": [{"name": words(term.name), "definition": words(term.definition)} for term in block.terms],
            }


def picture_data(picture: Picture, svg: str) -> Data:
    """A chart that is drawn already."""
    return {
        "kind": "picture",
        "title": words(picture.title),
        "key": words(picture.key),
        "alternative": f"{plain(picture.title)}. {picture.alternative}",
        "svg": svg,
    }


def table_data(table: Table) -> Data:
    """A table; a column is set as numbers where its cells are."""
    first = table.rows[0] if table.rows else table.head
    return {
        "kind": "table",
        "anchor": table.anchor,
        "caption": words(table.caption),
        "head": [_cell(cell) for cell in table.head],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
        "numbers": [cell.is_number for cell in first],
    }


def _cell(cell: Cell) -> Data:
    return {"words": words(cell.content), "heading": cell.is_heading}


def _sheet(sheet: ActionSheet) -> Data:
    return {
        "title": typeset(sheet.title),
        "who": who(sheet),
        "stakes": typeset(sheet.stakes or ""),
        "told": [{"name": name, "text": text} for name, text in told(sheet)],
    }
