"""Drawings: well-formed, at both widths, with the figures as they are written and nothing of what is hidden."""

import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest

from reporting.charts.drawing import NARROW, WIDE, broken, draw, svg_size
from reporting.charts.gallery import CHARTS, build_chart
from reporting.charts.palette import ON_PARTS, PARTS
from reporting.charts.tiles import PLACES
from reporting.display import written
from tests.reporting.an_edition import REGIONS, an_edition, made_figures

EDITION = an_edition()


def texts(svg: str) -> str:
    root = ElementTree.fromstring(svg)  # noqa: S314 - drawn by ourselves just now
    return "\n".join("".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_drawn_with_every_figure_that_it_has_room_for(name: str, width: int) -> None:
    chart = build_chart(EDITION, name)
    svg = draw(chart, width, "sans-serif")
    said = texts(svg)
    drawn_width = float(svg_size(svg)[0])
    assert width - 8 <= drawn_width <= width + 8
    if chart.shape in ("bars", "columns", "lines"):
        for mark in chart.marks:
            assert mark.former or written(mark.figure) in said
    if chart.shape == "tiles":
        assert svg.count("<circle") == sum(round(mark.figure.value or 0) for mark in chart.marks)


def test_a_hidden_figure_has_no_bar_and_its_mark() -> None:
    edition = an_edition(made_figures(hide=lambda figure: figure.category == "AAH"))
    chart = build_chart(edition, "situations")
    said = texts(draw(chart, WIDE, "sans-serif")).splitlines()
    assert "s" in said
    assert chart.at("Bénéficiaires de l’AAH", "2021") is not None


def test_a_part_that_is_hidden_leaves_its_place_empty() -> None:
    edition = an_edition(made_figures(hide=lambda figure: figure.category == "H"))
    svg = draw(build_chart(edition, "sexe"), WIDE, "sans-serif")
    assert "Homme" in texts(svg)
    shown = build_chart(an_edition(), "sexe").at("2021", "Homme")
    assert shown is not None
    assert written(shown) not in texts(svg)


def test_a_chart_of_nothing_cannot_be_drawn() -> None:
    assert not build_chart(an_edition(made_figures(hide=lambda figure: True)), "sexe").can_be_drawn
    assert not build_chart(an_edition(made_figures(survey=False)), "financeurs").marks


def test_every_region_of_the_edition_has_a_tile_of_its_own() -> None:
    assert set(REGIONS) <= set(PLACES)
    assert len({(place.column, place.row) for place in PLACES.values()}) == len(PLACES) == 18


def test_labels_are_broken_at_words_and_never_over_three_lines() -> None:
    lines = broken("Production et distribution d’électricité, de gaz, de vapeur et d’air conditionné " * 3, 38)
    assert len(lines) == 3
    assert max(map(len, lines)) <= 38
    assert lines[-1].endswith("…")


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_what_is_written_on_a_part_can_be_read_and_neighbours_differ_in_lightness() -> None:
    for color, ink in zip(PARTS, ON_PARTS, strict=True):
        assert contrast(color, ink) >= 4.5
    for one, other in pairwise(PARTS):
        assert contrast(one, other) >= 1.1
