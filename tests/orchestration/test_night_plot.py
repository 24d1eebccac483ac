"""The picture of rows per night."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from xml.etree import ElementTree

from orchestration.night_plot import HEIGHT, WIDTH, as_markdown, as_svg
from orchestration.senders import NightRows

SVG = "{http://www.w3.org/2000/svg}"


def nights(*rows: tuple[int, int]) -> list[NightRows]:
    return [NightRows(date(2022, 1, 1) + timedelta(days=day), *pair) for day, pair in enumerate(rows)]


def bars(picture: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(picture).findall(f"{SVG}rect")  # noqa: S314 - our own picture


def test_each_night_has_a_bar_in_proportion_and_none_leaves_the_picture() -> None:
    drawn = bars(as_svg(nights((100, 0), (50, 0), (0, 0)), "Rows"))
    heights = [float(bar.get("height", "0")) for bar in drawn if bar.get("fill") == "#3b6ea8"]
    assert heights == [heights[0], heights[0] / 2, 0]
    for bar in drawn:
        assert 0 <= float(bar.get("x", "-1")) <= WIDTH - float(bar.get("width", "0"))
        assert 0 <= float(bar.get("y", "-1")) <= HEIGHT


def test_a_few_rejected_rows_among_thousands_are_still_seen() -> None:
    (rejected,) = [bar for bar in bars(as_svg(nights((100_000, 1)), "Rows")) if bar.get("fill") == "#c2410c"]
    assert float(rejected.get("height", "0")) >= 1.5


def test_it_says_in_words_what_it_shows_and_carries_itself() -> None:
    told = as_markdown(nights((10, 0), (12_345, 67)))
    assert told.startswith("![Rows loaded and rejected on the last 2 nights")
    assert "02/01/2022: 12345 loaded, 67 rejected](data:image/svg+xml;base64," in told
    picture = base64.b64decode(told.rpartition(",")[2].rstrip(")")).decode()
    assert ElementTree.fromstring(picture).find(f"{SVG}title") is not None  # noqa: S314 - our own picture


def test_sixty_nights_fit_and_no_night_is_said_so() -> None:
    assert len(bars(as_svg(nights(*[(5, 1)] * 60), "Rows"))) == 120
    assert as_markdown([]) == "No rows have arrived yet."
