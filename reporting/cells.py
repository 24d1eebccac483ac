"""The cells of tables: words, figures and headings, each set as it is to be read."""

from __future__ import annotations

from reporting.display import show
from reporting.document import Cell, Content, Inline, Text, What
from reporting.figures import Figure
from reporting.typography import NOTHING, set_in_french


def words(text: str | None, *, heading: bool = False) -> Cell:
    """A cell of words; a dash where there are none."""
    return Cell((Text(set_in_french(text) if text else NOTHING),), is_heading=heading)


def figures(*shown: Inline) -> Cell:
    """A cell of figures."""
    return Cell(shown, is_number=True)


def head(*names: str, numbers_from: int = 1) -> tuple[Cell, ...]:
    """Headings of columns: words first, then figures."""
    return tuple(
        Cell((Text(set_in_french(name)),), is_heading=True, is_number=place >= numbers_from)
        for place, name in enumerate(names)
    )


def figure_cell(figure: Figure | None, what: What = "value") -> Cell:
    """A cell of one figure, or of a part of it; a dash where the edition has none."""
    return figures(Text(NOTHING) if figure is None else show(figure, what))


def caption(text: str) -> Content:
    """Words set in French, as a caption or a paragraph takes them."""
    return (Text(set_in_french(text)),)
