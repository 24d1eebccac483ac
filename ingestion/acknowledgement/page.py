"""Shows an acknowledgement (transfer contract §4) as a page in French that stands by itself: no script, nothing remote.

Whatever a delivery put into the acknowledgement is escaped; texts of ours come from `wording` and `advice`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from ingestion.acknowledgement.sections import sections
from ingestion.acknowledgement.wording import (
    CHECKED_COUNTS,
    CHECKED_STATUSES,
    COUNTS,
    FILES,
    NOTHING_KEPT,
    PRIVACY,
    STATUSES,
    UNKNOWN_TO_A_CHECK,
    moment,
    number,
    typeset,
)

_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


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
        counts=CHECKED_COUNTS if check_only else COUNTS,
        resources=acknowledgement["resources"],
        sections=sections(acknowledgement),
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
