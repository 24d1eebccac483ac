"""The sheets: each PLIE gets two pages of its own exact figures, in its own outbox, and nobody else's."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pypdf
import pytest

from ingestion.settings import Settings
from reporting.edition import Edition
from reporting.figures import Figure, Figures
from reporting.reading import read_edition
from reporting.sheets.content import write_sheet
from reporting.sheets.publishing import publish_sheets
from reporting.sheets.reading import Finding, OwnFigures, Sent, read_sheets
from reporting.sheets.rendering import render_sheet
from tests.reporting.an_edition import LONG_NAME, a_programme, an_edition, made_figures
from tests.reporting.own_rows import EDITION, EXACT, HIDDEN_ELSEWHERE, SMALL, write


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("sheets"), threads=2)
    settings.published.mkdir()
    with duckdb.connect(str(settings.snapshot)) as connection:
        write(connection)
    return settings


@pytest.fixture(scope="module")
def sheets(settings: Settings) -> dict[str, OwnFigures]:
    with duckdb.connect(str(settings.snapshot), read_only=True) as connection:
        return {one.programme.plie_id: one for one in read_sheets(connection, read_edition(connection, 2021))}


@pytest.fixture(scope="module")
def files(settings: Settings) -> tuple[Path, ...]:
    return publish_sheets(settings, 2021)


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_each_plie_finds_its_sheet_in_its_own_outbox(settings: Settings, files: tuple[Path, ...]) -> None:
    assert {path.relative_to(settings.outbox).as_posix() for path in files} == {
        f"{plie}/fiche-plie_{EDITION}.{suffix}" for plie in ("P1", "P2", "P3") for suffix in ("html", "pdf")
    }
    assert all(path.stat().st_size > 0 for path in files)


def test_a_sheet_holds_the_exact_figures_of_its_plie_even_small_ones(sheets: dict[str, OwnFigures]) -> None:
    page, pdf = render_sheet(write_sheet(sheets["P2"]))
    for text in (page, words(pdf)):
        assert SMALL in text
        assert EXACT not in text


def test_what_is_hidden_of_others_stays_hidden(sheets: dict[str, OwnFigures]) -> None:
    page, pdf = render_sheet(write_sheet(sheets["P1"]))
    row = re.search(r"Femme</th>(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    cells = re.findall(r">([^<>]+)</a>", row[1])
    assert cells == ["50\u202f%", "–", "s", "52\u202f%"]
    for text in (page, words(pdf)):
        assert HIDDEN_ELSEWHERE not in text


def test_it_has_two_pages_whatever_is_said(sheets: dict[str, OwnFigures]) -> None:
    for one in sheets.values():
        _, pdf = render_sheet(write_sheet(one))
        assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 2, one.programme.name


def test_it_says_what_was_wrong_and_what_to_do(sheets: dict[str, OwnFigures]) -> None:
    page, pdf = render_sheet(write_sheet(sheets["P1"]))
    for text in (page, words(pdf)):
        assert re.search(r"\b7\slignes", text)
        assert "R05" in text
        assert "Les sorties ont beaucoup baissé." in text


def test_without_a_survey_or_a_region_a_sheet_still_reads_well(sheets: dict[str, OwnFigures]) -> None:
    page, pdf = render_sheet(write_sheet(sheets["P3"]))
    for text in (page, words(pdf)):
        assert "Nous n’avons pas reçu vos réponses" in text
        assert "None" not in text


def test_a_sheet_names_no_other_plie_anywhere(sheets: dict[str, OwnFigures]) -> None:
    for one in sheets.values():
        page, pdf = render_sheet(write_sheet(one))
        drawn = " ".join(b64decode(found).decode() for found in re.findall(r"base64,([^\"]+)", page))
        for other in sheets.values():
            if other is not one:
                for text in (page, drawn, words(pdf), pdf.decode("latin-1")):
                    assert other.programme.plie_id not in text.split()
                    assert other.programme.name not in text


ADVICE = "Demandez la pièce au référent du parcours, puis corrigez la fiche avant le prochain envoi. Merci."


def own_of(edition: Edition, hide: Callable[[Figure], bool] = lambda figure: False) -> OwnFigures:
    """The first PLIE of an edition, whose own figures are those of the nation; long lists of all that was found."""
    programme, catalogue = edition.programmes[0], edition.figures.catalogue
    figures = [
        replace(figure, scope="plie", scope_id=programme.plie_id)
        for name, indicator in catalogue.items()
        for category in indicator.categories
        for figure in edition.figures.series(name, category)
        if not hide(figure)
    ]
    findings = [
        Finding(f"R{number:02}", number % 2 == 0, 10**number, "Un titre de règle assez long pour une ligne", ADVICE)
        for number in range(9)
    ]
    remarks = ("Votre PLIE a déclaré beaucoup moins de sorties que l’an passé, sans que les entrées aient baissé.",) * 9
    sent = (Sent(edition.frozen_at, "full", 70_029, 12, 3),)
    return OwnFigures(programme, edition, Figures(figures, edition.year, catalogue), sent, tuple(findings), remarks)


def long_name() -> OwnFigures:
    return own_of(an_edition(programmes=(a_programme(1, LONG_NAME),)))


def without_survey() -> OwnFigures:
    return own_of(an_edition(made_figures(survey=False), sheets=()))


def one_plie() -> OwnFigures:
    return own_of(an_edition(made_figures(n_plie=1), programmes=(a_programme(1),)))


def all_of_others_hidden() -> OwnFigures:
    shown = own_of(an_edition())
    return replace(shown, edition=an_edition(made_figures(hide=lambda figure: True)))


def one_year() -> OwnFigures:
    return own_of(an_edition(made_figures(years=(2021,))))


def nothing_of_its_own() -> OwnFigures:
    return own_of(an_edition(), hide=lambda figure: True)


AWKWARD = (long_name, without_survey, one_plie, all_of_others_hidden, one_year, nothing_of_its_own)


@pytest.mark.parametrize("make", AWKWARD, ids=lambda make: make.__name__)
def test_an_awkward_sheet_has_two_pages_and_hides_nothing_of_its_own(make: Callable[[], OwnFigures]) -> None:
    one = make()
    page, pdf = render_sheet(write_sheet(one))
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 2
    text = words(pdf)
    assert one.programme.name.split()[0] in text
    for wrong in (r"\bNone\b", r"\bnan\b"):
        assert not re.search(wrong, text)
    assert ("Nous n’avons pas reçu vos réponses" in text) == (make in (without_survey, nothing_of_its_own))
    row = re.search(r"Femme</th>(.*?)</tr>", page, re.DOTALL)
    if make is nothing_of_its_own:
        assert row is None
        return
    assert row is not None
    own, change, region, nation = re.findall(r">([^<>]+)</a>", row[1])
    assert own.endswith("\u202f%")
    assert (change == "–") == (make is one_year)
    assert ({region, nation} == {"s"}) == (make is all_of_others_hidden)
    assert ("Votre évolution" in text) == (make not in (one_year, nothing_of_its_own))


def test_the_same_edition_gives_the_same_bytes(sheets: dict[str, OwnFigures]) -> None:
    assert render_sheet(write_sheet(sheets["P1"])) == render_sheet(write_sheet(sheets["P1"]))


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_aside(settings: Settings) -> Iterator[None]:
    yield
    assert list(settings.outbox.rglob("*.part")) == []
