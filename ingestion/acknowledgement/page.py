"""Shows an acknowledgement (transfer contract §4) as a page in French that stands by itself: no script, nothing remote.

Whatever a delivery put into the acknowledgement is escaped; texts of ours come from `wording` and `advice`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from ingestion.acknowledgement.advice import advice
from ingestion.acknowledgement.expected_value import column, expected_value
from ingestion.acknowledgement.wording import (
    CHECKED_STATUSES,
    FILES,
    NOTHING_KEPT,
    PRIVACY,
    SEVERITIES,
    STATUSES,
    UNKNOWN_TO_A_CHECK,
    lines_in_words,
    moment,
    number,
    typeset,
)
from ingestion.rules import rules

_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_COUNTS = {
    "received": "Reçues",
    "loaded": "Chargées",
    "rejected": "Rejetées",
    "warned": "À vérifier",
    "added": "Ajoutées",
    "changed": "Modifiées",
    "removed": "Retirées",
}
_ABOUT_ONE_VALUE = ("R01", "R04", "R05")
"""Rules after which it helps to read what the column accepts."""
_CHECKED_COUNTS = {"received": "Lues", "loaded": "Sans erreur", "rejected": "À rejeter", "warned": "À vérifier"}


def render_page(acknowledgement: Mapping[str, Any], *, check_only: bool = False) -> str:
    """The acknowledgement as one HTML page.

    Args:
        acknowledgement: the members of the contract's JSON, exactly.
        check_only: the file was checked by its sender and nothing was received: the words say what *would* happen, and
            counts against the warehouse are left out.

    Raises:
        KeyError: a member is missing, or the status is not one that the contract (or a check) knows.
    """
    findings = acknowledgement["findings"]
    status = acknowledgement["status"]
    is_personal = any(finding["rule"].startswith("P") for finding in findings)
    return _template().render(
        policy=_SECURITY_POLICY,
        check_only=check_only,
        delivery=acknowledgement["delivery"],
        plie_id=acknowledgement["plie_id"],
        sha256=acknowledgement["sha256"],
        contract=acknowledgement["contract"],
        received_at=_moment_or_as_is(acknowledgement["received_at"]),
        status=(CHECKED_STATUSES if check_only else STATUSES)[status],
        privacy=PRIVACY if is_personal and not check_only else None,
        has_warnings=any(finding["severity"] == "warn" for finding in findings),
        counts=_CHECKED_COUNTS if check_only else _COUNTS,
        resources=acknowledgement["resources"],
        sections=list(_sections(acknowledgement)),
        unknown=UNKNOWN_TO_A_CHECK,
        nothing_kept=NOTHING_KEPT,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        typeset=typeset, number=_number, file_label=lambda name: FILES.get(name, name), with_code=_with_code
    )
    return environment.get_template("page.html.j2")


def _number(value: int | None) -> str:
    return "–" if value is None else number(value)


def _moment_or_as_is(value: str) -> str:
    try:
        return moment(value)
    except ValueError:
        return value


def _with_code(text: str) -> Markup:
    """A text of the catalogue, what stands between backticks set as code and the rest typeset."""
    parts = text.split("`")
    pieces = (
        Markup("<code>{}</code>").format(part) if place % 2 else escape(typeset(part))
        for place, part in enumerate(parts)
    )
    return Markup("").join(pieces)


def _sections(acknowledgement: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Findings by severity, gravest first, then by rule in the order of the catalogue, then where each one stands."""
    ranks = {code: rule.rank for code, rule in rules().items()}
    for severity, words in SEVERITIES.items():
        own = [finding for finding in acknowledgement["findings"] if finding["severity"] == severity]
        own.sort(key=lambda finding: (ranks.get(finding["rule"], len(ranks)), finding["rule"]))
        if own:
            yield {
                "words": words,
                "rules": [
                    _rule(code, list(found), acknowledgement["contract"])
                    for code, found in groupby(own, key=lambda finding: finding["rule"])
                ],
            }


def _rule(code: str, findings: list[Mapping[str, Any]], contract: str | None) -> dict[str, Any]:
    """One rule with the places where it was broken. A message that all of them share is said once, above them."""
    texts = advice().get(code)
    messages = {finding["message"] for finding in findings}
    shared = messages.pop() if len(messages) == 1 else None
    is_title = shared is not None and texts is not None and shared.rstrip(".") == texts.title
    places = [_place(finding, contract, own_message=shared is None) for finding in findings]
    return {
        "code": code,
        "advice": texts,
        "message": None if is_title else shared,
        "places": [place for place in places if any(place.values())],
    }


def _place(finding: Mapping[str, Any], contract: str | None, own_message: bool) -> dict[str, Any]:
    field = column(contract, finding["resource"], finding["field"])
    return {
        "message": finding["message"] if own_message else None,
        "resource": finding["resource"],
        "field": finding["field"],
        "field_title": field.title if field else None,
        "lines": lines_in_words(finding["count"], finding["lines"]),
        "expected": expected_value(field) if field and finding["rule"] in _ABOUT_ONE_VALUE else None,
    }
