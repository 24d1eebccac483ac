"""The acknowledgement page: understood without training, safe with whatever was sent, readable by everyone."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from ingestion.acknowledgement.page import render_page
from ingestion.acknowledgement.wording import CHECKED_STATUSES, NARROW, STATUSES, lines_in_words, moment, typeset
from ingestion.rules import rules

HOSTILE = '<script>alert("é")</script><img src=x onerror=alert(1)>"\'</style>{{ 7 * 7 }}&amp;'
VOID = {"meta", "circle", "path", "br"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text that a person reads, code apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.prose: list[str] = []
        self.code: list[str] = []
        self.style = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            self.style += data
        elif "code" in self.open:
            self.code.append(data)
        else:
            self.prose.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"[ \n]+", " ", " ".join(self.prose))

    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.elements if re.fullmatch("h[1-6]", tag)]


def finding(rule: str, **members: Any) -> dict[str, Any]:
    known = rules().get(rule)
    return {
        "rule": rule,
        "severity": known.severity if known else "warn",
        "resource": None,
        "field": None,
        "count": 1,
        "lines": [],
        "message": known.message_fr if known else "…",
        **members,
    }


def acknowledgement(status: str = "accepted", *findings: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {
        "delivery": "PLIE-59-06_20211231T220000Z.zip",
        "sha256": "ab" * 32,
        "plie_id": "PLIE-59-06",
        "status": status,
        "received_at": "2022-01-01T02:00:13Z",
        "contract": "1.0",
        "resources": [
            {
                "name": "parcours",
                "received": 1200,
                "loaded": 1187,
                "rejected": 13,
                "warned": 4,
                "added": 40,
                "changed": 12,
                "removed": 7,
            }
        ],
        "findings": list(findings),
        **members,
    }


def every_rule() -> dict[str, Any]:
    return acknowledgement(
        "refused", *(finding(code, resource="parcours", field="date_entree", lines=[2]) for code in rules())
    )


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_a_status_is_said_in_words_with_what_happens_next(status: str) -> None:
    page = Page(render_page(acknowledgement(status)))
    words = STATUSES[status]
    for text in (words.title, words.meaning, words.next_step):
        assert typeset(text) in page.text
    assert status not in page.text


def test_the_page_says_when_the_delivery_came_at_the_hour_of_paris() -> None:
    text = Page(render_page(acknowledgement())).text.replace("\u00a0", " ")
    assert "samedi 1er janvier 2022 à 3 h 00 (heure de Paris)" in text


def test_the_hour_of_paris_is_two_hours_ahead_in_summer() -> None:
    assert moment("2021-07-14T22:05:00Z").replace("\u00a0", " ") == "jeudi 15 juillet 2021 à 0 h 05 (heure de Paris)"


def test_counts_of_each_file_stand_in_a_table_with_french_headings() -> None:
    html = render_page(acknowledgement())
    headers = re.findall(r'scope="col">([^<]+)<', html)
    assert headers == ["Fichier", "Reçues", "Chargées", "Rejetées", "À vérifier", "Ajoutées", "Modifiées", "Retirées"]
    cells = re.findall(r"</span>([^<]+)</td>", html)
    assert cells == [f"1{NARROW}200", f"1{NARROW}187", "13", "4", "40", "12", "7"]


def test_a_finding_says_how_grave_it_is_where_why_and_what_to_do() -> None:
    page = Page(
        render_page(
            acknowledgement(
                "accepted_with_rejects",
                finding("R04", resource="parcours", field="niveau_formation", count=133, lines=[17, 52, 1088]),
            )
        )
    )
    for words in (
        "Ligne rejetée",
        "règle R04",
        "Valeur hors bornes",
        "Fichier Parcours",
        "Niveau de formation à l’entrée",
        "Attendu un entier de 1 à 8",
        f"133 lignes, dont les 3 premières{NARROW}: 17, 52, 1{NARROW}088",
        "Pourquoi c’est important Une valeur impossible",
        "Que faire Corrigez la fiche",
        "Exemple fictif",
    ):
        assert words in page.text
    assert "niveau_formation" in page.code
    assert "A-1024;27;3" in page.code


def test_findings_stand_by_severity_the_gravest_first_and_by_rule() -> None:
    page = render_page(
        acknowledgement(
            "refused",
            finding("C06", resource="parcours", lines=[2]),
            finding("R05", resource="etapes", field="type_etape", lines=[3]),
            finding("T17", resource="etapes", message="Trop de lignes rejetées dans etapes."),
            finding("R05", resource="parcours", field="prescripteur", lines=[4]),
            finding("R02", resource="parcours", field="date_entree", lines=[5]),
        )
    )
    assert re.findall(r"règle ([A-Z]\d\d)", page) == ["T17", "R02", "R05", "C06"]
    assert re.findall(r'<h2 id="points-\d">([^<]+)<', page) == [
        "Points bloquants",
        "Lignes rejetées",
        "Points à vérifier",
    ]
    assert page.count("Code inconnu de la nomenclature.") == 1, "a message that places share is said once"


def test_places_with_different_messages_each_say_theirs() -> None:
    page = Page(
        render_page(
            acknowledgement(
                "refused",
                finding("T09", resource="parcours", message="Le fichier parcours annonce 10 lignes."),
                finding("T09", resource="etapes", message="Le fichier etapes annonce 20 lignes."),
            )
        )
    )
    assert "Le fichier parcours annonce 10\u00a0lignes." in page.text
    assert "Le fichier etapes annonce 20\u00a0lignes." in page.text


def test_an_accepted_delivery_with_warnings_says_that_something_is_to_be_looked_at() -> None:
    with_warning = Page(render_page(acknowledgement("accepted", finding("C09", lines=[2]))))
    assert "Quelques points restent à vérifier" in with_warning.text
    assert "Quelques points restent à vérifier" not in Page(render_page(acknowledgement())).text


def test_a_privacy_finding_says_that_the_file_was_destroyed_and_the_value_is_nowhere() -> None:
    page = Page(render_page(acknowledgement("refused", finding("P01"), contract=None, resources=[])))
    assert "Le fichier reçu a été détruit, et la valeur trouvée n’est écrite nulle part" in page.text
    assert "aucune valeur de vos fichiers n’est recopiée ici" in page.text


def test_a_finding_of_a_rule_that_the_catalogue_does_not_know_is_shown_all_the_same() -> None:
    page = Page(render_page(acknowledgement("accepted", finding("Z99", message="Un point nouveau."))))
    assert "Un point nouveau." in page.text
    assert "règle Z99" in page.text


def test_whatever_a_delivery_holds_is_text_and_never_markup() -> None:
    hostile = finding("T16", resource=HOSTILE, field=HOSTILE, message=HOSTILE, lines=[2])
    members = {"delivery": HOSTILE, "plie_id": HOSTILE, "sha256": HOSTILE, "contract": HOSTILE, "received_at": HOSTILE}
    resources = [{**acknowledgement()["resources"][0], "name": HOSTILE}]
    harmless = finding("T16", resource="x", field="y", message="z", lines=[2])
    page = Page(render_page(acknowledgement("refused", hostile, **members, resources=resources)))
    expected = Page(render_page(acknowledgement("refused", harmless)))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in expected.elements]
    assert page.style == expected.style
    assert page.text.count("<script>alert(") == 8, "title, four facts, table, message, file"
    assert page.code.count(HOSTILE) == 2, "column, digest"
    assert "{{ 7 * 7 }}" in page.text


@pytest.mark.parametrize("check_only", [False, True])
def test_the_page_loads_nothing_and_runs_nothing(check_only: bool) -> None:
    status = "refused" if check_only else "accepted_with_rejects"
    page = Page(render_page(acknowledgement(status, finding("R05")), check_only=check_only))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "audio", "video", "use"}
    attributes = [(name, value) for _, attrs in page.elements for name, value in attrs.items()]
    assert not [name for name, _ in attributes if name in ("src", "srcset", "style") or name.startswith("on")]
    assert [value for name, value in attributes if name == "href"] == (["/"] if check_only else [])
    assert "url(" not in page.style
    assert "@import" not in page.style
    (policy,) = [attrs["content"] for _, attrs in page.elements if attrs.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_the_page_is_built_for_those_who_hear_it() -> None:
    page = Page(render_page(every_rule()))
    assert ("html", {"lang": "fr"}) in page.elements
    levels = page.headings()
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("scope" in attrs for tag, attrs in page.elements if tag == "th")
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["aria-labelledby"] for _, attrs in page.elements if "aria-labelledby" in attrs} <= set(ids)
    assert page.open == []


def test_no_space_that_could_break_stands_before_a_double_punctuation() -> None:
    page = Page(render_page(every_rule()))
    assert re.findall(r".{0,20} [:;?!%»].{0,10}", page.text) == []
    assert re.findall(r"\w'\w", page.text) == []


def test_every_text_contrasts_with_what_it_stands_on() -> None:
    style = Page(render_page(acknowledgement())).style
    rules_of = dict(re.findall(r"^(:root|\.\w+) \{([^}]*--tone:[^}]*)\}", style, re.MULTILINE))
    assert set(rules_of) == {":root", ".good", ".partial", ".bad", ".waiting"}
    for name, rule in rules_of.items():
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", rules_of[":root"] + rule))
        for text in ("ink", "soft", "tone"):
            for ground in ("#ffffff", colours["wash"], colours["tone-wash"]):
                assert contrast(colours[text], ground) >= 4.5, (name, text, ground)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, « contrast ratio »), from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("status", sorted(CHECKED_STATUSES))
def test_a_check_says_what_would_happen_and_what_it_cannot_know(status: str) -> None:
    page = Page(render_page(acknowledgement(status), check_only=True))
    assert "Ce fichier serait" in page.text
    assert "Rien n’a été envoyé, chargé ni conservé" in page.text
    assert "Ce contrôle se fait sans l’entrepôt" in page.text
    assert "Ajoutées" not in page.text
    assert "Accusé de réception ·" not in page.text


def test_a_check_never_says_that_a_file_was_destroyed_without_saying_that_it_is_intact() -> None:
    page = Page(render_page(acknowledgement("refused", finding("P01")), check_only=True))
    assert "Le fichier reçu a été détruit" not in page.text
    assert "votre fichier est intact" in page.text


@pytest.mark.parametrize(
    ("count", "lines", "words"),
    [
        (1, [], ""),
        (3, [], "3 fois"),
        (1, [17], "ligne 17"),
        (3, [17, 52, 88], f"3 lignes{NARROW}: 17, 52, 88"),
        (1500, [2, 3], f"1{NARROW}500 lignes, dont les 2 premières{NARROW}: 2, 3"),
        (5, [2], f"5 lignes, dont la première{NARROW}: 2"),
    ],
)
def test_lines_are_said_in_words(count: int, lines: list[int], words: str) -> None:
    assert lines_in_words(count, lines) == words
