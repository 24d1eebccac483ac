"""The PDF: the same bytes each time, tagged for who listens to it, with fonts, bookmarks and every word of the tree."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdf
import pytest

from ingestion.settings import Settings
from reporting.catalogue import Definition, Indicator
from reporting.charts.chart import Chart, Mark
from reporting.document import (
    Bullets,
    Cell,
    Document,
    Fiches,
    Heading,
    KeyFigures,
    Link,
    Note,
    Paragraph,
    Part,
    Picture,
    Shown,
    Strong,
    Table,
    Term,
    Terms,
    Text,
    Tile,
    plain,
)
from reporting.edition import ActionSheet, Edition, Programme
from reporting.figures import Figure, Figures
from reporting.pdf import render_pdf, tree
from reporting.report import write_document
from tests.reporting.test_awkward_editions import AWKWARD

ENTRIES = Indicator(
    "entries.total", "2.1", "Entrées", "count", 0, "transfers", Definition("entrées", ""), {"TOTAL": "Entrées"}
)
FIGURE = Figure(ENTRIES, 2021, "national", "FR", "TOTAL", 32682, None, 32682, None, 128, False)
LONG = "PLIE de la Communauté d’Agglomération des Vallées et des Plateaux réunis " * 4
"""A name longer than a line."""
ROOT = Path(__file__).resolve().parents[2]
SIGNS = " #entrées [x] $y_z$ \\"
"""What Typst would take for marks."""


def words(text: str) -> tuple[Text, ...]:
    return (Text(text),)


def a_document(made_up: bool = True) -> Document:
    programme = Programme("PLIE-59-01", LONG, "Lille", "59", "32", "Hauts-de-France")
    edition = Edition(
        *("2021.1", 2021, 1, datetime(2022, 3, 1, 10), None, "code", "catalogue", "ab" * 32, made_up),
        figures=Figures([FIGURE], 2021, {"entries.total": ENTRIES}),
        programmes=(programme,),
    )
    table = Table(
        words("Les entrées"),
        (Cell(words("PLIE"), True), Cell(words("Nombre"), True, True)),
        ((Cell(words(LONG), True), Cell((Shown(FIGURE, "value", "32\u202f682"),), False, True)),) * 60,
        ENTRIES.anchor,
    )
    chart = Chart("entrees", "columns", (Mark("2021", "Entrées", FIGURE, strong=True),))
    blocks = (
        Heading(3, "les-entrees", "1.1", words("Les entrées")),
        Paragraph(
            (Text("En tout, "), Strong((Shown(FIGURE, "value", "32\u202f682"),)), Text(" #entrées [x] $y_z$ \\"))
        ),
        Bullets((words("un"), words("deux"))),
        Bullets((words("premier"),), ordered=True),
        Note((words("À savoir."),)),
        KeyFigures((Tile(Shown(FIGURE, "value", "32\u202f682"), words("entrées")),)),
        table,
        Picture(chart, words("Les entrées augmentent"), (), "2021 : 32 682 entrées.", table),
        Fiches((ActionSheet(programme, "T", "Thème", "3.1", "Un garage", "L’enjeu", "Fait", "Sorti", None, 30),)),
        Terms((Term(words("PLIE"), (Link("#les-entrees", words("voir plus haut")),)),)),
    )
    part = Part(Heading(2, "chiffres", "1", words("Les chiffres")), blocks)
    return Document("Consolidation des PLIE 2021", edition, (part,))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(a_document())


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def fonts(reader: pypdf.PdfReader) -> Iterator[Any]:
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():  # type: ignore[union-attr]
            yield font.get_object()


def test_the_same_edition_gives_the_same_bytes(pdf: bytes) -> None:
    assert render_pdf(a_document()) == pdf


def test_another_process_in_another_folder_gives_the_same_bytes(pdf: bytes, tmp_path: Path) -> None:
    asked = (
        "import hashlib; from tests.reporting.test_pdf import a_document, render_pdf;"
        " print(hashlib.sha256(render_pdf(a_document())).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=tmp_path,
        # Other fonts, another home, another zone: nothing of the machine may show.
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "TZ": "Asia/Tokyo", "TYPST_FONT_PATHS": "/"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(pdf).hexdigest()


def structure(reader: pypdf.PdfReader) -> Iterator[tuple[str, Any]]:
    """Every element of the structure that a screen reader follows, in reading order: its role, and itself."""

    def under(element: Any) -> Iterator[tuple[str, Any]]:
        element = element.get_object()
        if isinstance(element, pypdf.generic.ArrayObject):
            for one in element:
                yield from under(one)
        elif isinstance(element, pypdf.generic.DictionaryObject):
            if "/S" in element:
                yield str(element["/S"]), element
            if "/K" in element:
                yield from under(element["/K"])

    yield from under(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])


def test_its_structure_tells_headings_tables_lists_and_pictures_in_their_order(reader: pypdf.PdfReader) -> None:
    roles = [role for role, _ in structure(reader)]
    headings = [int(role[2:]) for role in roles if role[:2] == "/H" and role[2:].isdigit()]
    assert headings[0] == 1
    assert all(later <= former + 1 for former, later in pairwise(headings))
    assert roles.count("/TH") == 2
    assert roles.count("/TR") == 61
    assert roles.count("/TD") == 120
    assert {"/L", "/LI", "/Link", "/Figure", "/TOC"} <= set(roles)


def test_it_tells_nobody_to_point_or_click(reader: pypdf.PdfReader) -> None:
    text = " ".join(page.extract_text() for page in reader.pages).lower()
    for word in ("survol", "cliqu", "souris", "clavier"):
        assert word not in text


@pytest.mark.parametrize("make", AWKWARD, ids=lambda make: make.__name__)
def test_every_awkward_edition_can_be_set(make: Callable[[], Edition], monkeypatch: pytest.MonkeyPatch) -> None:
    empty = '<svg xmlns="http://www.w3.org/2000/svg" width="620" height="100"></svg>'
    monkeypatch.setattr(tree, "draw", lambda chart, width, font: empty)
    document = write_document(make(), Settings())
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(document)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for part in document.parts:
        assert plain(part.heading.content) in text
    for wrong in (r"\bNone\b", r"\bnan\b", r"\{\{", "survol", "clavier"):
        assert not re.search(wrong, text), wrong
    assert reader.outline


def test_it_is_tagged_as_pdf_ua_in_french_with_its_title(reader: pypdf.PdfReader) -> None:
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"].startswith("fr")
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert reader.metadata is not None
    assert reader.metadata.title == "Consolidation des PLIE 2021 (données fictives)"
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp


def test_every_font_is_in_the_file_and_comes_with_the_project(reader: pypdf.PdfReader) -> None:
    found = list(fonts(reader))
    assert found
    for font in found:
        (descendant,) = font["/DescendantFonts"]
        descriptor = descendant.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        assert "SourceSansPro" in descriptor["/FontName"] or "DejaVuSansMono" in descriptor["/FontName"]


def test_a_picture_is_told_in_words_to_who_cannot_see_it(reader: pypdf.PdfReader) -> None:
    objects = (reader.get_object(number) for number in range(1, int(reader.trailer["/Size"])))
    told = {str(one["/Alt"]) for one in objects if isinstance(one, pypdf.generic.DictionaryObject) and "/Alt" in one}
    assert "Les entrées augmentent. 2021 : 32 682 entrées." in told


def test_parts_and_sections_are_bookmarks(reader: pypdf.PdfReader) -> None:
    titles = [one.title for one in reader.outline if not isinstance(one, list)]  # type: ignore[union-attr]
    nested = [one.title for group in reader.outline if isinstance(group, list) for one in group]  # type: ignore[union-attr]
    assert any("Les chiffres" in title for title in titles)
    assert any("Les entrées" in title for title in nested)


def test_every_word_is_there_and_none_is_taken_for_a_mark(reader: pypdf.PdfReader) -> None:
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for expected in (
        *(SIGNS.strip(), "premier", "À savoir.", "Un garage", "L’enjeu", "Ce qui a été fait.", "Sorti"),
        *("voir plus haut", "Édition 2021.1", "Données fictives", "ab" * 32),
    ):
        assert expected in text
    assert "Avec qui" not in text


def test_a_long_table_repeats_its_head(reader: pypdf.PdfReader) -> None:
    pages = [page.extract_text() for page in reader.pages]
    with_rows = [page for page in pages if page.count("Vallées et des Plateaux") > 8]
    assert len(with_rows) > 1
    assert all("Nombre" in page for page in with_rows)


def test_real_data_bear_no_mark() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(a_document(made_up=False))))
    assert "fictives" not in " ".join(page.extract_text() for page in reader.pages)
    assert reader.metadata is not None
    assert reader.metadata.title == "Consolidation des PLIE 2021"
