"""The page of results says what was found, to whoever reads it, with nothing from elsewhere."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import duckdb
import pytest

from ingestion.made_up_mark import MARK
from ingestion.settings import Settings
from quality.catalogue import catalogue
from quality.page import page_file, render_page
from quality.results import CheckResult, FailingRow, GateResult
from quality.waivers import waive
from quality.wording import figure, limits
from tests.quality.run_of_the_gate import RUN, keep


def page(settings: Settings, run: GateResult = RUN, made_up: bool = False) -> str:
    keep(settings, run)
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return render_page(connection, run, made_up)


def text_of(html: str) -> str:
    """What a person reads, with plain spaces."""

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.words: list[str] = []
            self.is_hidden = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.is_hidden = tag in {"style", "title"}

        def handle_endtag(self, tag: str) -> None:
            self.is_hidden = False

        def handle_data(self, data: str) -> None:
            if not self.is_hidden:
                self.words.append(data)

    reader = Reader()
    reader.feed(html)
    return re.sub(r"\s+", " ", " ".join(reader.words))


def test_the_page_tells_what_waits_for_an_answer_and_the_rows_that_break_it(settings: Settings) -> None:
    read = text_of(page(settings))
    assert "L’année 2021 attend 2 réponses" in read
    assert "« Emploi durable » : 61,5 % des sorties." in read
    assert "Motif de sortie, par rapport au passé du PLIE" in read
    for words in ("Emploi durable 61,5 % entre 20 % et 38 %", "Abandon 4 % entre 12 % et 25 %"):
        assert words in read
    assert "Que faire : Relire avec le PLIE" in read


def test_the_page_shows_every_plie_and_every_check_of_the_run(settings: Settings) -> None:
    read = text_of(page(settings))
    for name in ("PLIE de l’Est <b>", "PLIE de l’Ouest", "PLIE du Nord"):
        assert name in read
    for check_id in {result.check_id for result in RUN.results}:
        label = catalogue()[check_id].texts.label.replace("'", "’")
        assert label in read, label
    assert "Un PLIE du répertoire" in read
    assert "9 sur 12" in read


def test_what_a_name_or_a_reason_holds_is_never_markup(settings: Settings) -> None:
    html = page(settings)
    assert "<b>" not in html
    keep_again = Settings(data=settings.data / "other", lock_timeout=5)
    keep(keep_again)
    waive(keep_again, "exits.early_deliveries", 2021, None, "<script>alert(1)</script>", "analyste")
    assert "<script" not in page_file(keep_again).read_text(encoding="utf-8")


def test_the_page_stands_by_itself_without_script(settings: Settings) -> None:
    html = page(settings)
    assert "default-src 'none'" in unescape(html)
    assert not re.search(r"<script|<link|<img|<iframe|https?://|@import|url\(", html)


def test_links_of_the_page_lead_somewhere_and_anchors_are_unique(settings: Settings) -> None:
    html = page(settings)
    anchors = re.findall(r'\bid="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(anchors)


@pytest.mark.parametrize("made_up", [True, False])
def test_made_up_data_are_said_to_be_so_and_others_are_not(settings: Settings, made_up: bool) -> None:
    assert ("Données fictives" in text_of(page(settings, made_up=made_up))) is made_up


def test_the_written_page_bears_the_mark_of_the_data_root(settings: Settings) -> None:
    keep(settings)
    (settings.data / MARK).write_text("{}", encoding="utf-8")
    waive(settings, "exits.early_deliveries", 2021, None, "Envoi de la mi-janvier.", "analyste")
    read = text_of(page_file(settings).read_text(encoding="utf-8"))
    assert "Données fictives" in read
    assert "Réponse : Envoi de la mi-janvier." in read
    assert "L’année 2021 attend une réponse" in read


def test_a_blocking_failure_is_said_first(settings: Settings) -> None:
    blocked = CheckResult(
        *("completeness.participating", "completeness", "blocking", "fail", None, 0.0, "au moins 1"),
        message_fr="Aucun PLIE n’est complet.",
        n_rows=1,
    )
    read = text_of(page(settings, replace(RUN, results=(blocked, *RUN.results[1:]))))
    assert "L’année 2021 ne peut pas être figée" in read
    assert "Un point bloque la consolidation." in read


def test_a_year_without_findings_may_be_frozen(settings: Settings) -> None:
    read = text_of(page(settings, replace(RUN, results=RUN.results[:1], failing_rows=())))
    assert "L’année 2021 peut être figée" in read
    assert "Aucun constat." in read


def test_a_long_list_of_rows_says_how_many_more_there_are(settings: Settings) -> None:
    many = tuple(
        FailingRow("exits.motive_past", "PLIE-06-01", f"motif {place:02}", float(place), "au plus 1 %")
        for place in range(40)
    )
    result = replace(RUN.results[1], n_rows=40)
    read = text_of(page(settings, replace(RUN, results=(result,), failing_rows=many)))
    assert "motif 24" in read
    assert "motif 25" not in read
    assert "Et 15 autres" in read


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (62.345, "percent", "62,3\u202f%"),
        (62.0, "percent", "62\u202f%"),
        (0.25, "percent", "0,3\u202f%"),
        (15.12, "change", "+15,1\u202f%"),
        (-15.12, "change", "\u221215,1\u202f%"),
        (1234567.0, "eur", "1\u202f234\u202f567\u202f€"),
        (1.256, "ratio", "1,26"),
        (1052.2, "ratio", "1\u202f052"),
        (9.0, "months", "9 mois"),
        (None, "count", "–"),
    ],
)
def test_figures_are_written_in_french(value: float | None, unit: str, written: str) -> None:
    assert figure(value, unit) == written


@pytest.mark.parametrize(
    ("lower", "upper", "written"),
    [
        (21.5, 38.0, "entre 21,5\u202f% et 38\u202f%"),
        (None, 25.0, "au plus 25\u202f%"),
        (85.0, None, "au moins 85\u202f%"),
        (0.0, 16.6, "au plus 16,6\u202f%"),
        (80.0, 100.0, "au moins 80\u202f%"),
        (None, None, ""),
    ],
)
def test_limits_are_said_in_words(lower: float | None, upper: float | None, written: str) -> None:
    assert limits(lower, upper, "percent") == written
