"""The two pages of a sheet as blocks of the report's own kind: what is on each, and the words that go with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from ingestion.acknowledgement.wording import PARIS, day
from reporting.catalogue import TOTAL, Indicator
from reporting.charts.chart import Chart, Mark
from reporting.display import show
from reporting.document import (
    Block,
    Bullets,
    Cell,
    Content,
    Heading,
    Inline,
    KeyFigures,
    Note,
    Paragraph,
    Picture,
    Strong,
    Table,
    Text,
    Tile,
    What,
    anchor_of,
)
from reporting.figures import Figure
from reporting.pictures import picture_of
from reporting.sheets.reading import OwnFigures
from reporting.typography import NOTHING, number, quantity, set_in_french

FEW = 30
"""Exits or entries of a year below which one person more or less moves a share by over three points."""
MOST_LISTED = 5
"""Rules, remarks and missing attributes that a sheet lists; the rest is told by its number."""

TILES = (
    ("active.participants", "personnes accompagnées dans l’année"),
    ("entries.total", "entrées en parcours"),
    ("exits.total", "sorties"),
    ("exits.positive_rate_total", "des sorties sont positives"),
)
COMPARED = {
    "Parmi les entrées": (
        ("entries.by_sex", "F"),
        ("entries.by_age_band", "MOINS_26"),
        ("entries.by_age_band", "45_PLUS"),
        ("entries.low_qualified", TOTAL),
        ("entries.by_situation", "BRSA"),
        ("entries.by_situation", "DELD"),
        ("entries.by_situation", "QPV"),
        ("entries.by_situation", "RQTH"),
    ),
    "Parmi les sorties": (
        ("exits.by_class", "EMPLOI_DURABLE"),
        ("exits.by_class", "FORMATION_QUALIFIANTE"),
        ("exits.sans_suite_share_of_exits", "ABANDON"),
        ("exits.positive_rate_total", TOTAL),
        ("exits.positive_rate_neutralised", TOTAL),
    ),
    "Parmi les emplois trouvés": (
        ("exits.durable_by_employer", "ENTREPRISE"),
        ("exits.contracts_by_type", "CDI"),
        ("exits.contracts_durable", TOTAL),
    ),
    "Les parcours": (
        ("steps.per_participant", TOTAL),
        ("steps.jobs", TOTAL),
        ("steps.jobs_outside_iae", TOTAL),
        ("steps.mean_duration_months", TOTAL),
    ),
}
"""What a PLIE sees beside its region and the nation, by topic, in the order of the report."""

SECTOR = "exits.positive_by_sector"

SUPPLIED = (
    ("entries.by_sex", "F", "Sexe"),
    ("entries.by_age_band", "MOINS_26", "Âge à l’entrée"),
    ("entries.by_education", "1", "Niveau de formation"),
    ("entries.by_situation", "DELD", "Durée d’inscription"),
    ("entries.by_situation", "BRSA", "RSA"),
    ("entries.by_situation", "RQTH", "Travailleur handicapé (RQTH)"),
    ("entries.by_situation", "AAH", "AAH"),
    ("entries.by_situation", "QPV", "Quartier prioritaire (QPV)"),
)
"""Attributes that a PLIE may leave out, each with a figure whose `n_missing` says how often it did."""

ANSWERED = (
    ("funding.by_group", "FSE"),
    ("funding.by_group", "COLLECTIVITES"),
    ("funding.by_group", "ETAT"),
    ("funding.by_group", "AUTRES"),
    ("allocation.iae_share", TOTAL),
    ("team.internal_headcount", TOTAL),
    ("team.internal_fte", TOTAL),
    ("team.internal_referents_fte", TOTAL),
    ("team.external_referents_fte", TOTAL),
    ("partners.companies", TOTAL),
)
"""Figures of the annual survey."""


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
    tiles = [Tile(show(figure), _text(words)) for identifier, words in TILES if (figure := one.own(identifier))]
    yield KeyFigures(tuple(tiles))
    exits = one.own("exits.total")
    if exits is not None and (exits.value or 0) < FEW:
        yield Note(
            (
                _text(
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
                Cell(_text(_label(own)), is_heading=True),
                _number(own),
                _number(own, "change"),
                _number(region),
                _number(nation),
            )
        )
    year = one.edition.year
    return Table(
        _text(f"{topic}, votre PLIE, votre région et la France"),
        (
            _head(topic, False),
            *(_head(name) for name in (f"Vous en {year}", f"Depuis {year - 1}", "Votre région", "France")),
        ),
        tuple(rows),
    )


def _second_page(one: OwnFigures, sectors: Iterable[Block]) -> Iterator[Block]:
    if len(one.figures.series("active.participants", scope=one.scope)) > 1:
        yield _heading("Votre évolution")
        yield from _pictures(one)
    yield _heading("Ce que vous avez envoyé, et comment l’améliorer")
    yield from _quality(one)
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
    yield picture_of(Chart("personnes", "columns", people), _text("Personnes accompagnées"))
    rate = "exits.positive_rate_total"
    own = [figure for figure in one.figures.series(rate, scope=one.scope) if figure.value is not None]
    since = {figure.year for figure in own}
    nation = [figure for figure in one.edition.figures.series(rate) if figure.year in since]
    if own:
        followed = (("Votre PLIE", own), ("France", nation))
        rates = tuple(Mark(str(figure.year), name, figure) for name, figures in followed for figure in figures)
        yield picture_of(Chart("sorties", "lines", rates, from_zero=False), _text("Part des sorties positives"))


def _quality(one: OwnFigures) -> Iterator[Block]:
    if one.sent:
        last = one.sent[-1]
        received = day(last.received_at.astimezone(PARIS).date())
        lost = (
            f"dont {_counted(last.n_rejected, 'rejetée')}, qui manquent dans vos chiffres"
            if last.n_rejected
            else "toutes retenues"
        )
        yield Paragraph(
            _text(
                f"Cette édition repose sur votre livraison du {received} : {_counted(last.n_received, 'ligne')} reçues,"
                f" {lost}."
            )
        )
    yield from _missing(one)
    if one.findings:
        rest = len(one.findings) - MOST_LISTED
        yield Bullets(
            tuple(
                (
                    Strong(_text(f"{finding.title} ({finding.rule}), {_counted(finding.n_rows, 'ligne')}. ")),
                    *_text(_first_sentence(finding.correction)),
                )
                for finding in one.findings[:MOST_LISTED]
            )
        )
        if rest > 0:
            rules = _counted(rest, "autre règle")
            yield Paragraph(_text(f"Et {rules} : voyez vos accusés de réception."))
    if one.remarks:
        yield Paragraph(_text("Le contrôle annuel a aussi noté :"))
        yield Bullets(tuple(_text(remark) for remark in one.remarks[:MOST_LISTED]))


def _missing(one: OwnFigures) -> Iterator[Block]:
    found = [
        (name, own, one.nation(identifier, category))
        for identifier, category, name in SUPPLIED
        if (own := one.own(identifier, category)) and own.n_missing and own.denominator
    ]
    if not found:
        yield Paragraph(_text("Le profil de toutes vos entrées est complet : merci."))
        return
    found.sort(key=lambda each: -(each[1].n_missing or 0))
    rows = tuple(
        (
            Cell(_text(name), is_heading=True),
            _number(own, "n_missing"),
            Cell(_text(_share(own)), is_number=True),
            Cell(_text(_share(nation)), is_number=True),
        )
        for name, own, nation in found[:MOST_LISTED]
    )
    head = (_head("Information manquante à l’entrée", False), *map(_head, ("Entrées", "Part", "France")))
    yield Table(_text("Informations manquantes à l’entrée"), head, rows)


def _survey(one: OwnFigures) -> Iterator[Block]:
    answered = [(own, one.nation(own.indicator_id, own.category)) for own in _answers(one)]
    if not answered:
        yield Note(
            (
                _text(
                    "Nous n’avons pas reçu vos réponses. Chaque partie remplie compte : elles fondent la partie"
                    " « moyens » du rapport national."
                ),
            )
        )
        return
    rows = tuple(
        (Cell(_text(_label(own)), is_heading=True), _number(own), _number(nation), _number(nation, "n_plie"))
        for own, nation in answered
    )
    yield Table(
        _text("Vos réponses à l’enquête annuelle"),
        (Cell(()), *map(_head, ("Vous", "France", "PLIE ayant répondu"))),
        rows,
    )


def _answers(one: OwnFigures) -> Iterator[Figure]:
    for identifier, category in ANSWERED:
        figure = one.own(identifier, category)
        if figure is not None and figure.value is not None:
            yield figure


def _counted(count: int, words: str) -> str:
    """« 1 ligne », « 3 lignes », « 2 autres règles »: French takes the plural from two on."""
    return f"{number(count)} {' '.join(word + 's' for word in words.split()) if count >= 2 else words}"


def _share(figure: Figure | None) -> str:
    """The share of its base that lacks the attribute."""
    if figure is None or figure.n_missing is None or not figure.denominator:
        return NOTHING
    return quantity(100 * figure.n_missing / figure.denominator, "percent", 0)


def _label(figure: Figure) -> str:
    return figure.indicator.label if figure.category == TOTAL else figure.label


def _first_sentence(text: str) -> str:
    head, stop, _ = text.partition(". ")
    return head + (stop.strip() or "")


def _text(words: str) -> Content:
    return (Text(set_in_french(words)),)


def _head(name: str, is_number: bool = True) -> Cell:
    return Cell(_text(name), is_heading=True, is_number=is_number)


def _heading(words: str) -> Heading:
    return Heading(2, anchor_of(words), "", _text(words))


def _number(figure: Figure | None, what: What = "value") -> Cell:
    shown: Iterable[Inline] = (Text(NOTHING),) if figure is None else (show(figure, what),)
    return Cell(tuple(shown), is_number=True)
