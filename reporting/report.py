"""Puts the annual report together: its parts in their order, each from its French template, as one tree."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ingestion.settings import Settings
from reporting.annex import indicators
from reporting.charts.gallery import build_chart
from reporting.display import show
from reporting.document import Block, Document, Heading, Note, Part, Text, Tile, What
from reporting.edition import Edition
from reporting.figures import NATION
from reporting.pictures import picture_of
from reporting.tables import TABLES
from reporting.typography import HIDDEN, NARROW, NOTHING
from reporting.writing.collector import Collector
from reporting.writing.parsing import parse_blocks, parse_line
from reporting.writing.sentences import Sentences
from reporting.writing.voice import Voice

TEXTS = Path(__file__).resolve().with_name("texts")


class PartPlan(NamedTuple):
    """One part: the number or letter that it bears (none: empty), and its templates."""

    number: str
    templates: tuple[str, ...]


PARTS = (
    PartPlan("", ("synthese",)),
    PartPlan("1", ("introduction",)),
    PartPlan("2", ("entrees", "sorties", "etapes", "financements")),
    PartPlan("3", ("pratiques", "territoire")),
    PartPlan("A", ("participants",)),
    PartPlan("B", ("glossaire",)),
    PartPlan("C", ("methode",)),
)
"""The order of the report, that of the former publications."""

HIDDEN_MARK = f"«{NARROW}{HIDDEN}{NARROW}»{NARROW}: chiffre couvert par le secret statistique."
ALL_HIDDEN = "Ce graphique n’est pas publié : tous ses chiffres sont couverts par le secret statistique."


def write_document(edition: Edition, settings: Settings) -> Document:
    """The whole report of one edition, ready for a renderer.

    Args:
        settings: those whose thresholds of disclosure control the annex tells.

    Raises:
        ValueError: a template is not what the report can read.
    """
    collector = Collector()
    environment = _environment(edition, settings, collector)
    parts = []
    for plan in PARTS:
        blocks: list[Block] = []
        for name in plan.templates:
            text = environment.get_template(f"{name}.md.j2").render()
            blocks += parse_blocks(text, collector)
        first, *others = _numbered(blocks, plan.number)
        if not isinstance(first, Heading):
            raise ValueError(f"The template {plan.templates[0]} does not begin with a heading.")
        parts.append(Part(first, tuple(others)))
    return Document(f"Consolidation des PLIE {edition.year}", edition, tuple(parts))


def _environment(edition: Edition, settings: Settings, collector: Collector) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEXTS),
        autoescape=False,  # noqa: S701 - it writes Markdown without HTML; renderers escape
        undefined=StrictUndefined,
        lstrip_blocks=True,
        extensions=[Sentences],
    )

    def chart_block(title: str, name: str) -> str:
        chart = build_chart(edition, name)
        if chart.can_be_drawn:
            return collector.place_block(picture_of(chart, parse_line(title, collector)))
        return collector.place_block(Note(((Text(ALL_HIDDEN),),))) if chart.marks else ""

    def tile_block(label: str, identifier: str, category: str = "TOTAL", what: What = "value") -> str:
        figure = edition.figures.find(identifier, category, scope=NATION)
        if figure is None or figure.value is None:
            return ""
        return collector.place_block(Tile(show(figure, what), parse_line(label, collector)))

    environment.globals.update(
        **Voice(edition, collector).globals(),
        chart_block=chart_block,
        tile_block=tile_block,
        table=lambda name: collector.place_block(TABLES[name](edition)),
        indicators=lambda: "".join(map(collector.place_block, indicators(edition))),
        secret=_thresholds(settings),
        hidden_mark=HIDDEN_MARK,
        hidden_mark_alone=HIDDEN,
        nothing_mark=NOTHING,
        as_is=as_is,
    )
    environment.filters.update(
        upper_first=lambda text: text[:1].upper() + text[1:],
        lower_first=lambda text: text if text[1:2].isupper() else text[:1].lower() + text[1:],
    )
    return environment


def _thresholds(settings: Settings) -> dict[str, float]:
    return {
        "plie": settings.secret_plie,
        "health": settings.secret_health,
        "elsewhere": settings.secret_elsewhere,
        "euros_plie": settings.secret_euros_plie,
        "euros_share": settings.secret_euros_share,
    }


def as_is(text: str) -> str:
    """What somebody typed, kept from being read as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!<>|])", r"\\\1", " ".join(text.split()))


def _numbered(blocks: list[Block], number: str) -> list[Block]:
    """The part and its sections numbered; anchors that two headings share told apart."""
    section = 0
    seen: dict[str, int] = {}
    numbered: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            shown = ""
            if block.level == 2:
                shown = number
            elif block.level == 3 and number.isdigit():
                section += 1
                shown = f"{number}.{section}"
            seen[block.anchor] = times = seen.get(block.anchor, 0) + 1
            anchor = block.anchor if times == 1 else f"{block.anchor}-{times}"
            block = replace(block, number=shown, anchor=anchor)
        numbered.append(block)
    return numbered
