"""Puts the page of the explorer together: data, script, style and the library that draws, all in one file."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import duckdb

from reporting.charts import palette
from reporting.explorer.payload import payload
from reporting.html.templates import page_template
from reporting.typography import moment

FILE_NAME = "explorer.html"
_HERE = Path(__file__).resolve().parent
_OPENING = "exits.positive_rate_total"


def _code(script: str) -> str:
    """A script as it may stand inside a script element.

    Raises:
        ValueError: something in it would end the element.
    """
    if re.search(r"</script|<!--", script, re.IGNORECASE):
        raise ValueError("The script would end its own element.")
    return script


def render_explorer(connection: duckdb.DuckDBPyConnection, edition_id: str) -> str:
    """The page of one edition: figures that disclosure control let through, and nothing else.

    Raises:
        NoSuchEdition: it was never frozen here.
    """
    import vl_convert

    data = payload(connection, edition_id)
    return page_template(_HERE / "explorer.html.j2").render(
        edition=data["edition"],
        frozen_at=moment(datetime.fromisoformat(data["edition"]["frozenAt"])),
        style=(_HERE / "explorer.css").read_text(encoding="utf-8"),
        data=json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        library=_code(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")),
        script=_code((_HERE / "explorer.js").read_text(encoding="utf-8")),
        look=json.dumps({name.lower(): getattr(palette, name) for name in ("INK", "SOFT", "LINE", "ACCENT", "FORMER")}),
        opening=_OPENING,
    )
