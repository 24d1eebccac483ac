"""Writes `quality.html`: what the gate found in a year, as a page in French that stands by itself, without script."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from ingestion.acknowledgement.wording import number, typeset
from ingestion.made_up_mark import is_made_up
from ingestion.settings import Settings
from quality.catalogue import catalogue
from quality.page_content import content
from quality.results import GateResult
from quality.wording import figure

FILE_NAME = "quality.html"
SHOWN_ROWS = 25
"""Rows of one finding that the page lists; how many more there are is said."""

_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page_file(settings: Settings) -> Path:
    """Where the page of the last run stands: beside the snapshot, and like it in the house."""
    return settings.published / FILE_NAME


def write_page(connection: duckdb.DuckDBPyConnection, settings: Settings, run: GateResult) -> Path:
    """Puts the page of a run in place of the former one, in one step, readable by its owner alone."""
    path = page_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(render_page(connection, run, is_made_up(settings)))
    aside.replace(path)
    return path


def render_page(connection: duckdb.DuckDBPyConnection, run: GateResult, made_up: bool) -> str:
    """The results of one run as one HTML page."""
    return _template().render(
        policy=_SECURITY_POLICY,
        run=run,
        made_up=made_up,
        content=content(connection, run),
        units={check_id: entry.unit for check_id, entry in catalogue().items()},
        shown_rows=SHOWN_ROWS,
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
    environment.filters.update(typeset=typeset, number=number, figure=_figure, with_code=_with_code)
    return environment.get_template("page.html.j2")


def _figure(value: float | None, unit: str | None) -> str:
    return figure(value, unit or "ratio")


def _with_code(text: str) -> Markup:
    """A text of the catalogue, what stands between backticks set as code and the rest typeset."""
    pieces = (
        Markup("<code>{}</code>").format(part) if place % 2 else escape(typeset(part))
        for place, part in enumerate(text.split("`"))
    )
    return Markup("").join(pieces)
