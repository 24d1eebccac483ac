"""Opens the templates of pages: escaping on, nothing undefined, French typography at hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from reporting.typography import set_in_french


@cache
def page_template(path: Path) -> Template:
    """The template in this file; those beside it can be included."""
    environment = Environment(
        loader=FileSystemLoader(path.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["set_in_french"] = set_in_french
    return environment.get_template(path.name)
