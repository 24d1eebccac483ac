"""The report as a tree: parts, paragraphs, figures, tables, charts. HTML and PDF are two renderings of it.

A sentence exists once, here; a renderer decides how it looks and never what it says.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reporting.charts.chart import Chart
from reporting.edition import ActionSheet, Edition
from reporting.figures import Figure

What: TypeAlias = Literal["value", "numerator", "denominator", "n_plie", "n_missing", "change"]


@dataclass(frozen=True)
class Text:
    """Words, already set in French typography."""

    text: str


@dataclass(frozen=True)
class Shown:
    """A figure where it is read: which one, which of its parts, and how it is written."""

    figure: Figure
    what: What
    text: str


@dataclass(frozen=True)
class Strong:
    content: tuple[Inline, ...]


@dataclass(frozen=True)
class Emphasis:
    content: tuple[Inline, ...]


@dataclass(frozen=True)
class Link:
    """A link to an anchor of the report (`#…`)."""

    target: str
    content: tuple[Inline, ...]


Inline: TypeAlias = Text | Shown | Strong | Emphasis | Link
Content: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of level 2 (part), 3 (section), 4 (topic) or 5; `number` is empty where it bears none."""

    level: int
    anchor: str
    number: str
    content: Content


@dataclass(frozen=True)
class Paragraph:
    content: Content


@dataclass(frozen=True)
class Bullets:
    items: tuple[Content, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Note:
    """A remark set apart: how to read, what to beware of."""

    paragraphs: tuple[Content, ...]


@dataclass(frozen=True)
class Tile:
    """One key figure and what it counts."""

    figure: Shown
    label: Content


@dataclass(frozen=True)
class KeyFigures:
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Cell:
    content: Content
    is_heading: bool = False
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its heading. `anchor` is empty where nothing leads to it."""

    caption: Content
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    anchor: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart with its message for a title, the table behind it and the same in words for who cannot see it."""

    chart: Chart
    title: Content
    key: Content
    """How to read the marks; empty where the marks say it themselves."""
    alternative: str
    table: Table


@dataclass(frozen=True)
class Fiches:
    """What PLIE tell of their actions on one theme."""

    sheets: tuple[ActionSheet, ...]


@dataclass(frozen=True)
class Term:
    name: Content
    definition: Content


@dataclass(frozen=True)
class Terms:
    """A glossary."""

    terms: tuple[Term, ...]


Block: TypeAlias = Heading | Paragraph | Bullets | Note | KeyFigures | Table | Picture | Fiches | Terms


@dataclass(frozen=True)
class Part:
    """One part of the report: its heading of level 2, and what follows it."""

    heading: Heading
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    title: str
    edition: Edition
    parts: tuple[Part, ...]

    def headings(self, deepest: int) -> tuple[Heading, ...]:
        """Headings down to a level, in the order of reading: the table of contents."""
        inside = (
            (part.heading, *(one for one in part.blocks if isinstance(one, Heading) and one.level <= deepest))
            for part in self.parts
        )
        return tuple(heading for group in inside for heading in group)

    def pictures(self) -> tuple[Picture, ...]:
        return tuple(block for part in self.parts for block in part.blocks if isinstance(block, Picture))


def plain(content: Content) -> str:
    """The words of some content, without any mark."""
    words = []
    for one in content:
        words.append(one.text if isinstance(one, Text | Shown) else plain(one.content))
    return "".join(words)


def anchor_of(text: str) -> str:
    """An identifier for a heading: « Les étapes » becomes `les-etapes`."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
