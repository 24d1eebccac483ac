"""Reads what a template wrote (Markdown, with the collector's marks in it) into the tree of the report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from reporting.document import (
    Block,
    Bullets,
    Content,
    Emphasis,
    Heading,
    Inline,
    KeyFigures,
    Link,
    Note,
    Paragraph,
    Shown,
    Strong,
    Term,
    Terms,
    Text,
    Tile,
    anchor_of,
    plain,
)
from reporting.typography import set_in_french
from reporting.writing.collector import BLOCK, INLINE, Collector

_PARSER = MarkdownIt("commonmark", {"html": False})


def parse_line(text: str, collector: Collector) -> Content:
    """One line of Markdown: a title, a label."""
    root = SyntaxTreeNode(_PARSER.parse(text.strip()))
    if not root.children:
        return ()
    (paragraph,) = root.children
    return _content(paragraph.children, collector)


def parse_blocks(text: str, collector: Collector) -> tuple[Block, ...]:
    """A whole template's text.

    Raises:
        ValueError: it holds something that the report has no shape for (a table, an image, raw HTML).
    """
    root = SyntaxTreeNode(_PARSER.parse(text))
    found = [block for node in root.children for block in _block(node, collector)]
    return tuple(_together(found))


def _block(node: SyntaxTreeNode, collector: Collector) -> Iterator[Block | Tile]:
    match node.type:
        case "heading":
            content = _content(node.children, collector)
            yield Heading(int(node.tag[1]), anchor_of(plain(content)), "", content)
        case "paragraph":
            marks = BLOCK.findall(_source(node))
            if marks:
                yield from (collector.blocks[int(place)] for place in marks)
                return
            content = _content(node.children, collector)
            if plain(content).strip():
                yield Paragraph(content)
        case "bullet_list" | "ordered_list":
            items = [_content(_inside(item), collector) for item in node.children]
            told = tuple(item for item in items if plain(item).strip())
            terms = _terms(told)
            if terms:
                yield Terms(terms)
            elif told:
                yield Bullets(told, ordered=node.type == "ordered_list")
        case "blockquote":
            paragraphs = tuple(_content(child.children, collector) for child in node.children)
            told = tuple(content for content in paragraphs if plain(content).strip())
            if told:
                yield Note(told)
        case _:
            raise ValueError(f"A template holds {node.type}, for which the report has no shape.")


def _together(blocks: Sequence[Block | Tile]) -> Iterator[Block]:
    """Key figures that follow one another stand in one row."""
    waiting: list[Tile] = []
    for block in blocks:
        if isinstance(block, Tile):
            waiting.append(block)
            continue
        if waiting:
            yield KeyFigures(tuple(waiting))
            waiting = []
        yield block
    if waiting:
        yield KeyFigures(tuple(waiting))


def _inside(item: SyntaxTreeNode) -> Sequence[SyntaxTreeNode]:
    return [grandchild for child in item.children for grandchild in child.children]


def _source(node: SyntaxTreeNode) -> str:
    return "".join(child.content for child in node.children)


def _terms(items: Sequence[Content]) -> tuple[Term, ...] | None:
    """A list whose every item is a term in bold, a colon and its definition; None where it is another list."""
    terms = [term for term in map(_term, items) if term is not None]
    return tuple(terms) if len(terms) == len(items) else None


def _term(item: Content) -> Term | None:
    match item:
        case (Strong() as name, Text() as after, *others):
            words = after.text.lstrip("\u00a0\u202f ")
            if words.startswith(":"):
                words = words.removeprefix(":").lstrip()
                return Term(name.content, (Text(words[:1].upper() + words[1:]), *others))
    return None


def _content(nodes: Sequence[SyntaxTreeNode], collector: Collector) -> Content:
    found: list[Inline] = []
    for node in nodes:
        match node.type:
            case "inline":
                found += _content(node.children, collector)
            case "text":
                found += _text(node.content, collector)
            case "softbreak" | "hardbreak":
                found.append(Text(" "))
            case "strong":
                found.append(Strong(_content(node.children, collector)))
            case "em":
                found.append(Emphasis(_content(node.children, collector)))
            case "link":
                found.append(Link(str(node.attrs["href"]), _content(node.children, collector)))
            case _:
                raise ValueError(f"A template holds {node.type}, for which the report has no shape.")
    return tuple(_joined(found))


def _text(text: str, collector: Collector) -> Iterator[Inline]:
    place = 0
    for mark in INLINE.finditer(text):
        if mark.start() > place:
            yield Text(text[place : mark.start()])
        yield collector.shown[int(mark.group(1))]
        place = mark.end()
    if place < len(text):
        yield Text(text[place:])


def _joined(content: Sequence[Inline]) -> Iterator[Inline]:
    """Neighbouring words as one text, set in French; what a bare number counts stays on its line."""
    waiting = ""
    after_figure = False
    for one in [*content, None]:
        if isinstance(one, Text):
            waiting += one.text
            continue
        if waiting:
            words = set_in_french(re.sub(r"[ \n]+", " ", waiting))
            yield Text(re.sub(r"^ (?=\w)", "\u00a0", words) if after_figure else words)
            waiting = ""
        after_figure = isinstance(one, Shown) and one.text[-1:].isdigit()
        if one is not None:
            yield one
