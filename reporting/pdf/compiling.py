"""Runs Typst: a layout and the data that it sets. Only fonts that are installed with the project are used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import typst

SANS = "Source Sans Pro"
LAYOUTS = Path(__file__).resolve().parent


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[Path(str(files("font_source_sans_pro") / "files"))])


def compile_pdf(layout: str, data: Mapping[str, Any], moment: datetime) -> bytes:
    """The PDF of a layout of this folder, which reads `data` as JSON.

    Args:
        moment: when the document was made, in UTC; the same layout, data and moment give the same bytes anywhere.

    Raises:
        typst.TypstError: the layout and the data do not fit, or the result would not be PDF/UA.
    """
    import typst

    compiler = typst.Compiler(LAYOUTS / layout, root=LAYOUTS, font_paths=_fonts(), ignore_system_fonts=True)
    pdf = compiler.compile(
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=moment.replace(tzinfo=UTC),
    )
    return cast(bytes, pdf)
