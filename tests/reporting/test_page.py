"""The HTML page: one file, every figure explained, nothing from elsewhere, nothing that others typed is run."""

import re
from collections import Counter
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from ingestion.settings import Settings
from reporting.html.page import render_page
from reporting.report import write_document
from tests.reporting.an_edition import a_programme, a_sheet, an_edition

VOID = {"meta", "img", "source", "br", "hr", "link", "input"}


class Outline(HTMLParser):
    """Elements of a page with their attributes; fails where they are not nested as they should be."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(write_document(an_edition(), Settings()))


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    return found


def test_ids_are_unique_and_every_link_leads_inside(outline: Outline) -> None:
    ids = outline.ids()
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    links = [attributes["href"] or "" for tag, attributes in outline.elements if tag == "a"]
    assert len(links) > 300
    assert {link[1:] for link in links} <= set(ids)
    described = {
        attributes["aria-describedby"] for _, attributes in outline.elements if "aria-describedby" in attributes
    }
    assert described <= set(ids)


def test_every_figure_shows_definition_numerator_denominator_base_and_edition(page: str) -> None:
    (card,) = re.findall(
        r'<a href="#def-exits-positive-rate-total"[^>]*>60\u202f%</a>(<span class="card".*?</span></span>)', page
    )[:1]
    for words in (
        "Part des sorties positives sur le total des sorties",
        "<i>Numérateur</i> 2\u202f700 – sorties positives",
        "<i>Dénominateur</i> 4\u202f500 – sorties de l’année",
        "<i>Base</i> 3 PLIE participants",
        "<i>Édition</i> 2021.1, année 2021",
    ):
        assert words in card


def test_nothing_comes_from_elsewhere_and_no_script_runs(page: str, outline: Outline) -> None:
    assert not {tag for tag, _ in outline.elements} & {"script", "link", "iframe", "object"}
    assert not re.search(r"(https?:)?//(?!www\.w3\.org)", re.sub(r"base64,[\w+/=]+", "", page))
    assert "default-src &#39;none&#39;" in page


def test_every_chart_has_words_for_who_cannot_see_it(outline: Outline) -> None:
    images = [attributes for tag, attributes in outline.elements if tag == "img"]
    assert len(images) >= 12
    assert all(len(image["alt"] or "") > 40 for image in images)


def test_made_up_data_are_marked_on_every_page(page: str) -> None:
    assert page.count("onnées fictives") >= 4
    assert '@top-center { content: "Données fictives"' in page


@pytest.mark.usefixtures("quick_drawings")
def test_real_data_are_not_marked_as_made_up() -> None:
    assert "fictives" not in render_page(write_document(an_edition(is_made_up=False), Settings()))


def test_the_same_edition_gives_the_same_bytes(page: str) -> None:
    assert render_page(write_document(an_edition(), Settings())) == page


def test_headings_never_skip_a_level(outline: Outline) -> None:
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.usefixtures("quick_drawings")
def test_what_others_typed_is_shown_and_never_run() -> None:
    hostile = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    programme = a_programme(1, f"PLIE {hostile}")
    sheet = replace(a_sheet(programme=programme), title=hostile, description=hostile, results=hostile)
    edition = an_edition(programmes=(programme,), sheets=(sheet,), reason=hostile)
    outline = Outline()
    outline.feed(render_page(write_document(edition, Settings())))
    assert "script" not in {tag for tag, _ in outline.elements}
    assert not [attributes for _, attributes in outline.elements if "onerror" in attributes]


def test_everything_is_set_in_french_typography(page: str) -> None:
    body = page[page.index("<body>") :]
    text = unescape(re.sub(r"<[^>]*>", "", re.sub(r"base64,[\w+/=]+", "", body)))
    assert re.findall(r".{0,20}[ \u00a0][;:!?%»].{0,10}", text) == []
    assert re.findall(r".{0,20}[^\W_][;!?%»].{0,10}", text) == []
    assert re.findall(r".{0,20}«[^\u202f].{0,10}", text) == []
    assert re.findall(r".{0,20}\w'\w.{0,10}", text) == []
    assert re.findall(r".{0,20}\d[ ]\d{3}\b.{0,10}", text) == []
    assert "·" not in text
