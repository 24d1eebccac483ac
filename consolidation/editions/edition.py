"""One edition as it is known by its number, and the list of those that were frozen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import duckdb

from consolidation.editions.schema import has_edition_tables
from consolidation.editions.tables import EDITIONS


class UnknownEdition(LookupError):
    """There is no such edition; the message says which there are."""


@dataclass(frozen=True)
class Edition:
    """One row of `consolidation.editions`. `frozen_at` is UTC without zone."""

    edition_id: str
    year: int
    number: int
    frozen_at: datetime
    frozen_by: str
    reason: str | None
    previous_edition_id: str | None
    code_version: str
    code_commit: str | None
    catalogue_version: str
    n_plie: int
    digest: str
    is_made_up: bool


_COLUMNS = ", ".join(column.name for column in EDITIONS.columns)


def parse_edition_id(text: str) -> tuple[int, int]:
    """Year and number of `2021.1`.

    Raises:
        ValueError: it is not the name of an edition.
    """
    match = re.fullmatch(r"([0-9]{4})\.([1-9][0-9]{0,3})", text)
    if match is None:
        raise ValueError(f"{text!r} is not the name of an edition: a year and a number, such as 2021.1.")
    return int(match.group(1)), int(match.group(2))


def list_editions(connection: duckdb.DuckDBPyConnection) -> list[Edition]:
    """Every edition, by year and number; none where nothing was ever frozen."""
    if not has_edition_tables(connection):
        return []
    rows = connection.execute(f"select {_COLUMNS} from consolidation.editions order by year, number").fetchall()
    return [Edition(*row) for row in rows]


def find_edition(connection: duckdb.DuckDBPyConnection, edition_id: str) -> Edition:
    """The edition of this name.

    Raises:
        UnknownEdition: nothing was frozen under this name.
    """
    known = list_editions(connection)
    for edition in known:
        if edition.edition_id == edition_id:
            return edition
    names = ", ".join(edition.edition_id for edition in known) or "none yet: run `plie consolidate YEAR`"
    raise UnknownEdition(f"There is no edition {edition_id}; the editions are: {names}.")


def latest_edition(connection: duckdb.DuckDBPyConnection, year: int) -> Edition | None:
    """The last edition of a year, if there is one."""
    return max(
        (edition for edition in list_editions(connection) if edition.year == year),
        key=lambda edition: edition.number,
        default=None,
    )


def previous_edition(connection: duckdb.DuckDBPyConnection, year: int, number: int) -> Edition | None:
    """What an edition is compared with: the one before it in its year, else the last one of the years before."""
    before = [edition for edition in list_editions(connection) if (edition.year, edition.number) < (year, number)]
    return before[-1] if before else None
