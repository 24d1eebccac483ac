"""The whole report of one edition: what it says comes from the edition, and changes with it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from ingestion.settings import Settings
from reporting.display import written
from reporting.document import (
    Block,
    Bullets,
    Cell,
    Content,
    Document,
    Emphasis,
    Fiches,
    Heading,
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
from reporting.edition import Restatement, Waiver
from reporting.figures import Figure
from reporting.report import write_document
from tests.reporting.an_edition import a_programme, an_edition, made_figures, the_catalogue


def contents(block: Block) -> Iterator[Content]:
    """Every piece of text of a block."""
    match block:
        case Heading() | Paragraph():
            yield block.content
        case Bullets():
            yield from block.items
        case Note():
            yield from block.paragraphs
        case KeyFigures():
            for tile in block.tiles:
                yield (tile.figure, *tile.label)
        case Table():
            yield block.caption
            for row in (block.head, *block.rows):
                yield from (cell.content for cell in row)
        case Picture():
            yield block.title
            yield from contents(block.table)
        case Terms():
            for term in block.terms:
                yield (*term.name, *term.definition)
        case Fiches():
            return


def all_contents(document: Document) -> list[Content]:
    return [one for part in document.parts for block in part.blocks for one in contents(block)]


def shown_in(content: Content) -> Iterator[Shown]:
    for one in content:
        if isinstance(one, Shown):
            yield one
        elif isinstance(one, Strong | Emphasis | Link):
            yield from shown_in(one.content)


def words(document: Document) -> str:
    return "\n".join(plain(content) for content in all_contents(document))


@pytest.fixture(scope="module")
def document() -> Document:
    return write_document(an_edition(), Settings())


def test_the_parts_are_those_of_the_publication_in_its_order(document: Document) -> None:
    assert [(one.number, plain(one.content)) for one in document.headings(deepest=3)][3:14] == [
        ("", "Le public entré dans l’année"),
        ("1", "Introduction"),
        ("1.1", "Qu’est-ce qu’un PLIE\u202f?"),
        ("1.2", "Repères historiques"),
        ("1.3", "La consolidation 2021"),
        ("2", "La consolidation en chiffres"),
        ("2.1", "Les entrées"),
        ("2.2", "Les sorties"),
        ("2.3", "Les étapes de parcours"),
        ("2.4", "Les financements et l’activité des PLIE"),
        ("3", "Les pratiques"),
    ]


def test_there_are_at_least_twelve_charts_and_each_has_its_message_words_and_table(document: Document) -> None:
    pictures = document.pictures()
    assert len(pictures) >= 12
    assert len({plain(picture.title) for picture in pictures}) == len(pictures)
    for picture in pictures:
        assert picture.alternative.endswith(".")
        shown = [one for row in picture.table.rows for cell in row for one in shown_in(cell.content)]
        assert all(mark.figure in [one.figure for one in shown] for mark in picture.chart.marks)


def test_every_figure_is_written_as_the_edition_has_it(document: Document) -> None:
    figures = document.edition.figures
    told = [one for content in all_contents(document) for one in shown_in(content)]
    assert len(told) > 300
    for one in told:
        figure = one.figure
        scope = (figure.scope, figure.scope_id)
        assert figures.find(figure.indicator_id, figure.category, year=figure.year, scope=scope) == figure
        assert one.text == written(figure, one.what)


def test_the_synthesis_shows_the_same_figures_as_its_sections(document: Document) -> None:
    synthesis, *others = document.parts
    elsewhere = {
        (one.figure.indicator_id, one.figure.category, one.what, one.text)
        for part in others
        for block in part.blocks
        for content in contents(block)
        for one in shown_in(content)
    }
    told = [one for block in synthesis.blocks for content in contents(block) for one in shown_in(content)]
    assert len(told) >= 12
    for one in told:
        assert (one.figure.indicator_id, one.figure.category, one.what, one.text) in elsewhere


def majority_of(sex: str) -> Document:
    values = {"F": 60.0, "H": 39.0, "N": 1.0} if sex == "F" else {"F": 39.0, "H": 60.0, "N": 1.0}

    def change(figure: Figure) -> Figure:
        if figure.indicator_id != "entries.by_sex":
            return figure
        return replace(figure, value=values[figure.category], numerator=values[figure.category] * 10, denominator=1000)

    return write_document(an_edition(made_figures(change=change)), Settings())


def test_a_sentence_follows_the_figures() -> None:
    assert "Les femmes sont majoritaires à l’entrée, et leur part est stable" in words(majority_of("F"))
    assert "Les hommes sont majoritaires à l’entrée" in words(majority_of("H"))
    assert "Les femmes sont majoritaires" not in words(majority_of("H"))


@pytest.mark.parametrize(
    ("yearly", "sentence"),
    [
        (-2.0, "La part des sorties positives recule pour la cinquième année de suite"),
        (2.0, "La part des sorties positives progresse pour la cinquième année de suite"),
        (0.1, "La part des sorties positives est stable en 2021"),
    ],
)
def test_a_trend_is_said_as_it_is(yearly: float, sentence: str) -> None:
    def change(figure: Figure) -> Figure:
        if figure.indicator_id != "exits.positive_rate_total":
            return figure
        value = 50 + yearly * (figure.year - 2016)
        return replace(figure, value=value, numerator=value * 10, denominator=1000)

    assert sentence in words(write_document(an_edition(made_figures(change=change)), Settings()))


def test_changes_carry_their_sign_and_their_unit() -> None:
    def change(figure: Figure) -> Figure:
        return replace(figure, value=50 - (figure.year - 2016) * 1.5) if figure.category == "BRSA" else figure

    text = words(write_document(an_edition(made_figures(change=change)), Settings()))
    assert "bénéficient du RSA (−1,5\u00a0point par rapport à 2020)" in text
    assert "entrées en parcours ont été enregistrées en 2021 (+2,3\u202f% par rapport à 2020)" in text


def test_the_thresholds_of_the_annex_are_those_of_the_settings() -> None:
    text = words(write_document(an_edition(), Settings(secret_elsewhere=7, secret_euros_share=0.8)))
    assert "moins de 7 personnes" in text
    assert "plus de 80\u202f%" in text


def test_the_annex_lists_every_indicator_with_its_definition(document: Document) -> None:
    anchors = {heading.anchor for heading in document.headings(deepest=4)}
    assert {one.anchor for one in document.edition.figures.catalogue.values()} <= anchors


def test_participants_are_listed_with_region_and_place(document: Document) -> None:
    rows: list[tuple[Cell, ...]] = [
        row
        for part in document.parts
        for block in part.blocks
        if isinstance(block, Table) and plain(block.caption) == "Les PLIE participants"
        for row in block.rows
    ]
    assert [plain(row[0].content) for row in rows] == [f"PLIE d’essai {place}" for place in (3, 1, 2)]
    assert plain(rows[0][1].content) == "Lille (59)"


def test_a_text_typed_by_somebody_is_not_read_as_markdown() -> None:
    edition = an_edition(reason="**Ajout** de `PLIE_59` [voir](http://x) # 3", programmes=(a_programme(1),))
    assert "Motif de cette édition\u202f: **Ajout** de `PLIE_59` [voir](http://x) # 3." in words(
        write_document(edition, Settings())
    )


def test_a_correction_and_the_answers_to_warnings_are_printed_in_the_annex() -> None:
    catalogue = the_catalogue()
    edition = an_edition(
        edition_id="2021.2",
        number=2,
        reason="Sorties saisies en retard",
        compared_with="2021.1",
        waivers=(Waiver("entries.volume", a_programme(1), "Fusion de deux antennes.", datetime(2022, 2, 25)),),
        restatements=(
            Restatement(catalogue["exits.total"], 2021, "TOTAL", 4400.0, 4500.0, 1),
            Restatement(catalogue["entries.by_sex"], 2021, "F", 51.62, 51.74, 1),
        ),
    )
    text = words(write_document(edition, Settings()))
    assert "Motif de cette édition\u202f: Sorties saisies en retard." in text
    assert "Chiffres nationaux publiables qui diffèrent de l’édition 2021.1\u202f:" in text
    assert "Sorties\n2021\n4\u202f400\n4\u202f500\n+2,3\u202f%" in text
    assert "Femme\n2021\n51,6\u202f%\n51,7\u202f%\n+0,1\u00a0point" in text
    assert "entries.volume\nPLIE d’essai 1\nFusion de deux antennes.\n25\u00a0février 2022" in text


def test_no_text_is_empty_or_left_unset(document: Document) -> None:
    text = words(document)
    assert "None" not in text
    assert "{{" not in text
    assert not any(mark in text for mark in "\ue000\ue001\ue002\ue003")
    assert not any(isinstance(one, Text) and "  " in one.text for content in all_contents(document) for one in content)
