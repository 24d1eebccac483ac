"""The page of the explorer carries exactly what the edition publishes, in one file that asks nobody for anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import duckdb
import pytest

from reporting.explorer import render_explorer
from reporting.explorer.payload import HIDDEN, payload
from reporting.reading import NoSuchEdition
from tests.reporting.published_rows import EDITION, FIGURES, LONG_NAME, write


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        write(connection)
        yield connection


@pytest.fixture(scope="module")
def page(connection: duckdb.DuckDBPyConnection) -> str:
    return render_explorer(connection, EDITION)


class Parts(HTMLParser):
    """The scripts of a page by identifier, and every address that its elements name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: dict[str | None, str] = {}
        self.addresses: list[str] = []
        self._open: str | bool | None = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        self._open = known.get("id") if tag == "script" else False
        self.addresses += [value or "" for name, value in attributes if name in {"src", "href", "srcset", "action"}]

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open is not False:
            self.scripts[None if self._open is True else self._open] = data


def published(data: dict[str, object]) -> set[tuple[object, ...]]:
    """The figures that the data of the page say, as rows of the table that they come from."""
    rows = set()
    for indicator in data["indicators"]:  # type: ignore[attr-defined]
        for at, (year, place, n_plie) in enumerate(indicator["places"]):
            for number, (category, _) in enumerate(indicator["categories"]):
                numerator = indicator["n"][number][at]
                if numerator is None:
                    continue
                bases = indicator["d"][number if len(indicator["d"]) > 1 else 0] if indicator["d"] else None
                hidden = numerator == HIDDEN
                scope, scope_id, _ = data["territories"][place]  # type: ignore[index]
                rows.add(
                    (
                        *(indicator["id"], year, scope, scope_id, category, None if hidden else numerator),
                        *(None if hidden or bases is None or bases[at] == HIDDEN else bases[at], n_plie, hidden),
                    )
                )
    return rows


def test_the_page_carries_every_published_figure_and_no_other(page: str) -> None:
    assert published(json.loads(Parts(page).scripts["data"])) == set(FIGURES)


def test_nothing_of_a_hidden_figure_is_in_the_data(connection: duckdb.DuckDBPyConnection) -> None:
    sexes = next(one for one in payload(connection, EDITION)["indicators"] if one["id"] == "entries.by_sex")
    hidden = [at for at in range(len(sexes["places"])) if sexes["n"][0][at] == HIDDEN]
    assert len(hidden) == 1
    assert [column[hidden[0]] for column in sexes["d"]] == [None, None]


def test_a_base_that_is_hidden_by_itself_is_not_taken_from_another_category(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    sexes = next(one for one in payload(connection, EDITION)["indicators"] if one["id"] == "entries.by_sex")
    (at,) = (at for at, (year, _, _) in enumerate(sexes["places"]) if year == 2020)
    assert [column[at] for column in sexes["n"]] == [0, 60]
    assert [column[at] for column in sexes["d"]] == [HIDDEN, 100]


def test_it_is_one_file_that_asks_nobody_for_anything(page: str) -> None:
    assert [one for one in Parts(page).addresses if one != "indicators.csv"] == []
    assert "@import" not in page
    assert re.findall(r"url\((?!['\"]?(?:#|data:))[^)]+\)", page.split("</style>")[0]) == []
    assert len(page.encode()) < 5_000_000


def test_a_name_cannot_end_the_element_that_carries_it(page: str) -> None:
    data = json.loads(Parts(page).scripts["data"])
    assert LONG_NAME in [label for _, _, label in data["territories"]]


def test_made_up_data_say_so_in_the_title_and_on_the_page(page: str) -> None:
    assert "données fictives</title>" in page
    assert "Données fictives." in page


def test_the_moment_of_freezing_is_told_in_the_time_of_paris(page: str) -> None:
    assert "figée le 1er mars 2022 à 11\u00a0h\u00a000" in page


def test_an_unknown_edition_is_said_to_be_unknown(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NoSuchEdition, match=r"2019\.1"):
        render_explorer(connection, "2019.1")
