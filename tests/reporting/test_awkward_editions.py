"""Editions in which much is missing: the report is shorter then, and still right."""

import re
from collections.abc import Callable

import pytest

from ingestion.settings import Settings
from reporting.charts.drawing import NARROW, draw
from reporting.document import Document, Picture, plain
from reporting.edition import Edition
from reporting.html.page import render_page
from reporting.report import write_document
from tests.reporting.an_edition import LONG_NAME, YEAR, a_programme, a_sheet, an_edition, made_figures
from tests.reporting.test_report import words


def without_survey() -> Edition:
    return an_edition(made_figures(survey=False), sheets=())


def one_plie() -> Edition:
    return an_edition(made_figures(n_plie=1), programmes=(a_programme(1),))


def one_indicator_hidden() -> Edition:
    return an_edition(made_figures(hide=lambda figure: figure.indicator_id == "exits.positive_rate_total"))


def everything_hidden() -> Edition:
    return an_edition(made_figures(hide=lambda figure: True))


def one_year() -> Edition:
    return an_edition(made_figures(years=(YEAR,)))


def nothing_at_all() -> Edition:
    return an_edition(made_figures(years=()), programmes=(), sheets=(), checks={})


def long_names() -> Edition:
    programme = a_programme(1, LONG_NAME)
    return an_edition(programmes=(programme, a_programme(2, LONG_NAME)), sheets=(a_sheet(programme=programme),))


AWKWARD = (
    without_survey,
    one_plie,
    one_indicator_hidden,
    everything_hidden,
    one_year,
    nothing_at_all,
    long_names,
)


def report_of(edition: Edition) -> Document:
    return write_document(edition, Settings())


@pytest.mark.usefixtures("quick_drawings")
@pytest.mark.parametrize("make", AWKWARD, ids=lambda make: make.__name__)
def test_every_awkward_edition_has_a_whole_page(make: Callable[[], Edition]) -> None:
    page = render_page(report_of(make()))
    assert page.rstrip().endswith("</html>")
    text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    for wrong in (r"\bNone\b", r"\bnan\b", "{{", "{%", "\ue000", r"\(\)"):
        assert not re.search(wrong, text), wrong


def test_without_a_survey_section_24_says_so_and_shows_no_chart_of_it() -> None:
    document = report_of(without_survey())
    assert words(document).count("Aucun PLIE participant n’a répondu à cette partie de l’enquête 2021.") == 4
    assert not {"financeurs", "operateurs", "referents"} & {picture.chart.name for picture in document.pictures()}
    assert len(document.pictures()) >= 12
    assert "Aucune fiche action n’a été transmise pour 2021." in words(document)


def test_one_plie_is_spoken_of_in_the_singular() -> None:
    text = words(report_of(one_plie()))
    assert "personnes ont été accompagnées par le PLIE participant" in text
    assert "varie d’une région à l’autre" not in text


def test_an_indicator_that_is_hidden_is_not_spoken_of() -> None:
    document = report_of(one_indicator_hidden())
    text = words(document)
    assert "de toutes les sorties" not in text
    assert "La part des sorties positives recule" not in text
    assert "Ce graphique n’est pas publié" in text
    evolution = next(picture for picture in document.pictures() if picture.chart.name == "evolution")
    assert plain(evolution.title).startswith("La part des sorties positives")
    assert {plain(row[-1].content) for row in evolution.table.rows} == {"s"}


def test_when_everything_is_hidden_no_figure_is_told_anywhere() -> None:
    document = report_of(everything_hidden())
    told = re.findall(r"[\d,]+\u202f%", words(document))
    assert set(told) <= {"85\u202f%", "100,0\u202f%"}
    assert not document.pictures()


def test_a_single_year_has_no_evolution() -> None:
    document = report_of(one_year())
    assert "par rapport à" not in words(document)
    assert "evolution" not in {picture.chart.name for picture in document.pictures()}


@pytest.mark.parametrize("make", [one_plie, one_indicator_hidden, one_year], ids=lambda make: make.__name__)
def test_every_chart_of_an_awkward_edition_can_be_drawn(make: Callable[[], Edition]) -> None:
    for picture in report_of(make()).pictures():
        assert draw(picture.chart, NARROW, "sans-serif").endswith("</svg>")


@pytest.mark.usefixtures("quick_drawings")
def test_a_long_name_is_whole_in_the_table_and_the_fiche() -> None:
    page = render_page(report_of(long_names()))
    assert page.count(LONG_NAME.replace("'", "’").strip()) >= 3


@pytest.mark.usefixtures("quick_drawings")
def test_a_fiche_of_few_people_does_not_say_how_many() -> None:
    few = render_page(report_of(an_edition(sheets=(a_sheet(people=10),))))
    enough = render_page(report_of(an_edition(sheets=(a_sheet(people=11),))))
    assert "10\u00a0participant.e.s" not in few
    assert "11\u00a0participant.e.s" in enough


def test_hidden_figures_leave_their_mark_in_the_charts() -> None:
    figures = made_figures(hide=lambda figure: figure.category == "RQTH")
    document = report_of(an_edition(figures))
    (situations,) = (one for one in document.pictures() if one.chart.name == "situations")
    assert isinstance(situations, Picture)
    hidden = [mark for mark in situations.chart.marks if mark.figure.suppressed]
    assert {mark.row for mark in hidden} == {"Reconnaissance de la qualité de travailleur handicapé"}
    assert "s" in {plain(cell.content) for row in situations.table.rows for cell in row}
    assert "pas forcément petit" in plain(situations.key)
