"""The two pages of a sheet as blocks of the report's own kind: what is on each, and the words that go with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from reporting.catalogue import TOTAL, Indicator
from reporting.cells import caption, figure_cell, head
from reporting.charts.chart import Chart, Mark
from reporting.display import show
from reporting.document import (
    Block,
    Cell,
    Heading,
    KeyFigures,
    Note,
    Picture,
    Table,
    Tile,
    anchor_of,
)
from reporting.figures import Figure
from reporting.pictures import picture_of
from reporting.sheets.followed import ANSWERED, COMPARED, SECTOR, TILES
from reporting.sheets.quality import MOST_LISTED, quality
from reporting.sheets.reading import OwnFigures
from reporting.typography import number

FEW = 30
"""Exits or entries of a year below which one person more or less moves a share by over three points."""


@dataclass(frozen=True)
class Sheet:
    """One PLIE's two pages."""

    of: OwnFigures
    pages: tuple[tuple[Block, ...], tuple[Block, ...]]
    indicators: tuple[Indicator, ...]
    """Those whose figures may be shown, each once: their definitions follow."""
    spare: tuple[Block, ...] = ()
    """Blocks that two pages of paper leave out where there is much else to say."""


def write_sheet(one: OwnFigures) -> Sheet:
    """The sheet of one PLIE."""
    sectors = tuple(_sectors(one))
    pages = (tuple(_first_page(one)), tuple(_second_page(one, sectors)))
    compared = chain.from_iterable(COMPARED.values())
    named = dict.fromkeys(identifier for identifier, _ in chain(TILES, compared, [(SECTOR, "")], ANSWERED))
    catalogue = one.edition.figures.catalogue
    return Sheet(one, pages, tuple(catalogue[identifier] for identifier in named if identifier in catalogue), sectors)


def _first_page(one: OwnFigures) -> Iterator[Block]:
    tiles = [Tile(show(figure), caption(words)) for identifier, words in TILES if (figure := one.own(identifier))]
    yield KeyFigures(tuple(tiles))
    exits = one.own("exits.total")
    if exits is not None and (exits.value or 0) < FEW:
        yield Note(
            (
                caption(
                    f"Vos sorties sont peu nombreuses ({number(exits.value or 0)}) : une personne de plus ou de moins"
                    " change beaucoup une part. Regardez plutôt plusieurs années."
                ),
            )
        )
    yield _heading("Votre PLIE, votre région, la France")
    for topic, followed in COMPARED.items():
        yield _compared(one, topic, followed)


def _compared(one: OwnFigures, topic: str, followed: Iterable[tuple[str, str]]) -> Table:
    rows = []
    for identifier, category in followed:
        own = one.own(identifier, category)
        if own is None:
            continue
        region, nation = one.region(identifier, category), one.nation(identifier, category)
        rows.append(
            (
                Cell(caption(_label(own)), is_heading=True),
                figure_cell(own),
                figure_cell(own, "change"),
                figure_cell(region),
                figure_cell(nation),
            )
        )
    year = one.edition.year
    return Table(
        caption(f"{topic}, votre PLIE, votre région et la France"),
        head(topic, f"Vous en {year}", f"Depuis {year - 1}", "Votre région", "France"),
        tuple(rows),
    )


def _second_page(one: OwnFigures, sectors: Iterable[Block]) -> Iterator[Block]:
    if len(one.figures.series("active.participants", scope=one.scope)) > 1:
        yield _heading("Votre évolution")
        yield from _pictures(one)
    yield _heading("Ce que vous avez envoyé, et comment l’améliorer")
    yield from quality(one)
    yield from sectors
    yield _heading("Vos réponses à l’enquête annuelle")
    yield from _survey(one)


def _sectors(one: OwnFigures) -> Iterator[Block]:
    """Where people found work: the sectors that took most of them, beside the region and the nation."""
    found = [figure for figure in one.figures.all_of(SECTOR, scope=one.scope) if figure.numerator]
    if not found:
        return
    found.sort(key=lambda figure: -(figure.numerator or 0))
    yield _heading("Vers quels secteurs")
    yield _compared(one, "Parmi les sorties positives", [(SECTOR, figure.category) for figure in found[:MOST_LISTED]])


def _pictures(one: OwnFigures) -> Iterator[Picture]:
    people = tuple(
        Mark(str(figure.year), "Personnes accompagnées", figure, strong=figure.year == one.edition.year)
        for figure in one.figures.series("active.participants", scope=one.scope)
    )
    yield picture_of(Chart("personnes", "columns", people), caption("Personnes accompagnées"))
    rate = "exits.positive_rate_total"
    own = [figure for figure in one.figures.series(rate, scope=one.scope) if figure.value is not None]
    since = {figure.year for figure in own}
    nation = [figure for figure in one.edition.figures.series(rate) if figure.year in since]
    if own:
        followed = (("Votre PLIE", own), ("France", nation))
        rates = tuple(Mark(str(figure.year), name, figure) for name, figures in followed for figure in figures)
        yield picture_of(Chart("sorties", "lines", rates, from_zero=False), caption("Part des sorties positives"))


def _survey(one: OwnFigures) -> Iterator[Block]:
    answered = [(own, one.nation(own.indicator_id, own.category)) for own in _answers(one)]
    if not answered:
        yield Note(
            (
                caption(
                    "Nous n’avons pas reçu vos réponses. Chaque partie remplie compte : elles fondent la partie"
                    " « moyens » du rapport national."
                ),
            )
        )
        return
    rows = tuple(
        (
            Cell(caption(_label(own)), is_heading=True),
            figure_cell(own),
            figure_cell(nation),
            figure_cell(nation, "n_plie"),
        )
        for own, nation in answered
    )
    yield Table(
        caption("Vos réponses à l’enquête annuelle"),
        (Cell(()), *head("Vous", "France", "PLIE ayant répondu", numbers_from=0)),
        rows,
    )


def _answers(one: OwnFigures) -> Iterator[Figure]:
    for identifier, category in ANSWERED:
        figure = one.own(identifier, category)
        if figure is not None and figure.value is not None:
            yield figure


def _label(figure: Figure) -> str:
    return figure.indicator.label if figure.category == TOTAL else figure.label


def _heading(words: str) -> Heading:
    return Heading(2, anchor_of(words), "", caption(words))
