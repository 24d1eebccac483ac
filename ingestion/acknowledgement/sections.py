"""Orders the findings of an acknowledgement as a person acts on them: by severity, then by rule, then by place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ingestion.acknowledgement.advice import Advice, advice
from ingestion.acknowledgement.expected_value import column, expected_value
from ingestion.acknowledgement.wording import FILES, SEVERITIES, SeverityWords, lines_in_words
from ingestion.rules import rules

_ABOUT_ONE_VALUE = ("R01", "R04", "R05")
"""Rules after which it helps to read what the column accepts; R02 says it in its message."""


@dataclass(frozen=True)
class Place:
    """Where a rule was broken, in words; `message` is None when the rule says the same everywhere."""

    message: str | None
    file: str | None
    column: str | None
    column_title: str | None
    expected: str | None
    lines: str

    @property
    def is_empty(self) -> bool:
        return not any((self.message, self.file, self.column, self.lines))


@dataclass(frozen=True)
class BrokenRule:
    """One rule with its places. `advice` is None for a rule that the catalogue does not know."""

    code: str
    title: str
    message: str | None
    advice: Advice | None
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Section:
    """The broken rules of one severity, in the order of the catalogue."""

    words: SeverityWords
    rules: tuple[BrokenRule, ...]


def sections(acknowledgement: Mapping[str, Any]) -> list[Section]:
    """The findings of an acknowledgement (transfer contract §4), gravest first.

    Raises:
        KeyError: a member that the contract asks for is missing.
    """
    ranks = {code: rule.rank for code, rule in rules().items()}
    made = []
    for severity, words in SEVERITIES.items():
        own = [finding for finding in acknowledgement["findings"] if finding["severity"] == severity]
        own.sort(key=lambda finding: (ranks.get(finding["rule"], len(ranks)), finding["rule"]))
        by_rule = groupby(own, key=lambda finding: finding["rule"])
        broken = tuple(_broken_rule(code, list(found), acknowledgement["contract"]) for code, found in by_rule)
        if broken:
            made.append(Section(words, broken))
    return made


def _broken_rule(code: str, findings: Sequence[Mapping[str, Any]], contract: str | None) -> BrokenRule:
    texts = advice().get(code)
    title = texts.title if texts else "Autre point"
    messages = {finding["message"] for finding in findings}
    shared = messages.pop() if len(messages) == 1 else None
    places = (_place(finding, contract, says_message=shared is None) for finding in findings)
    return BrokenRule(
        code=code,
        title=title,
        message=None if shared is not None and shared.rstrip(".") == title else shared,
        advice=texts,
        places=tuple(place for place in places if not place.is_empty),
    )


def _place(finding: Mapping[str, Any], contract: str | None, *, says_message: bool) -> Place:
    resource, name = finding["resource"], finding["field"]
    field = column(contract, resource, name)
    return Place(
        message=finding["message"] if says_message else None,
        file=FILES.get(resource, resource),
        column=name,
        column_title=field.title if field else None,
        expected=expected_value(field) if field and finding["rule"] in _ABOUT_ONE_VALUE else None,
        lines=lines_in_words(finding["count"], finding["lines"]),
    )
