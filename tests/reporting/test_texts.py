"""The French templates: no digit of a result is typed in them, and what they name exists."""

import re
from pathlib import Path

import pytest

from reporting.charts.gallery import CHARTS
from reporting.report import PARTS, TEXTS
from reporting.tables import TABLES
from tests.reporting.an_edition import the_catalogue

TEMPLATES = sorted(TEXTS.glob("*.j2"))
STRUCTURAL = (
    r"niveaux? 1 à 3",
    r"niveaux 1 et 2",
    r"\b45 ans",
    r"moins de 26 ans",
    r"de 26 à 44 ans",
    r"\b6 mois",
    r"\b12 mois",
    r"31 décembre",
    r"1er janvier",
    r"article L\. 5131-2",
    r"décret n° 2019-14",
    r"^- \*\*(1990|1998|2007|2014|2015)\*\*",
    r"parties 2\.1 à 2\.3",
    r"partie (2\.[1-4]|3)\b",
)
"""Digits that are no result: bands, limits and levels of the nomenclature, dates of laws, sections of the report."""


def words_of(template: Path) -> str:
    """What the template says itself: neither what it computes nor its conditions."""
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_digit_of_a_result_is_typed(template: Path) -> None:
    words = words_of(template)
    for allowed in STRUCTURAL:
        words = re.sub(allowed, "", words, flags=re.MULTILINE | re.IGNORECASE)
    assert re.findall(r".{0,30}\d.{0,30}", words) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_literal_number_is_slipped_through_an_expression(template: Path) -> None:
    """In `{{ }}` and `{% %}` digits stand only in codes of categories, in places of a ranking and in rules."""
    expressions = re.findall(r"\{[{%].*?[%}]\}", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    for expression in expressions:
        bare = re.sub(r'"[A-Z0-9_]+"|"[a-z]+\.[a-z0-9_]+"|\[0\]|(==|>=|>) -?[0-2]\b|, 5\)|\* 100\b', "", expression)
        assert not re.search(r"\d", bare), expression


def test_every_template_has_its_place() -> None:
    assert sorted(f"{name}.md.j2" for part in PARTS for name in part.templates) == [path.name for path in TEMPLATES]


def test_every_chart_and_table_is_placed_once() -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    assert sorted(re.findall(r'\{% chart "([^"]+)"', everything)) == sorted(CHARTS)
    assert sorted(re.findall(r'table\("([^"]+)"\)', everything)) == sorted(TABLES)


def test_every_indicator_of_the_catalogue_is_told_or_listed() -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    assert "indicators()" in everything
    named = set(re.findall(r'"([a-z]+\.[a-z0-9_]+)"', everything))
    assert named <= set(the_catalogue())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_comparison_is_never_typed_without_a_rule(template: Path) -> None:
    """Words that compare stand in an expression, or beside a `require` that makes sure of them."""
    for sentence in re.split(
        r"\{% (?:say|chart|tile|else|endsay|endchart|endtile)\b[^%]*%\}", template.read_text("utf-8")
    ):
        bare = re.sub(r"\{[{%].*?[%}]\}", "", sentence, flags=re.DOTALL)
        if re.search(r"\b(hausse|baisse|recule|progresse|augmente|diminue|majorit|moitié|tiers)", bare):
            assert "require(" in sentence or template.name == "methode.md.j2", sentence
