"""Frozen rows never change: whoever tries is found out wherever the edition is used."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from consolidation.editions import Edition, EditionAltered, freeze, verify_editions
from consolidation.editions.manifest import manifest_path, verify_manifest, write_manifest
from consolidation.editions.tables import SEALED
from consolidation.open_data import write_open_data
from consolidation.publication import publish
from consolidation.snapshot import publish_snapshot
from ingestion.settings import Settings

COLUMNS = [
    (table.name, column.name, column.type)
    for table in SEALED
    for column in table.columns
    if column.counted != "key" and column.name not in ("edition_id", "year", "number")
]
NEVER_HAS_ROWS_HERE = ("consolidation.restatements", "consolidation.edition_waivers")


def other(type_: str, column: str) -> str:
    """SQL for another value of a column."""
    if type_.startswith("varchar"):
        return f"coalesce({column}, '') || 'x'"
    if type_.startswith("boolean"):
        return f"not {column}"
    if type_.startswith("date"):
        return f"coalesce({column}, date '2000-01-01') + 1"
    if type_.startswith("timestamp"):
        return f"{column} + interval 1 second"
    return f"coalesce({column}, 0) + 1"


def test_an_untouched_edition_is_what_it_was(warehouse: duckdb.DuckDBPyConnection, edition: Edition) -> None:
    verify_editions(warehouse)
    verify_editions(warehouse, edition.edition_id)


def test_whatever_column_of_one_row_is_changed_the_table_is_named(
    warehouse: duckdb.DuckDBPyConnection, edition: Edition
) -> None:
    tried = 0
    for table, column, type_ in COLUMNS:
        if table in NEVER_HAS_ROWS_HERE:
            continue
        warehouse.execute("begin")
        warehouse.execute(
            f"update {table} set {column} = {other(type_, column)} where rowid = (select min(rowid) from {table})"
        )
        with pytest.raises(EditionAltered, match=table):
            verify_editions(warehouse)
        warehouse.execute("rollback")
        tried += 1
    assert tried > 60


@pytest.mark.parametrize("table", [table.name for table in SEALED if table.name not in NEVER_HAS_ROWS_HERE])
def test_a_row_that_is_taken_away_or_put_in_is_missed(
    warehouse: duckdb.DuckDBPyConnection, edition: Edition, table: str
) -> None:
    one = f"(select min(rowid) from {table})"
    warehouse.execute("begin")
    warehouse.execute(f"delete from {table} where rowid = {one}")
    with pytest.raises(EditionAltered):
        verify_editions(warehouse)
    warehouse.execute("rollback")
    if table != "consolidation.editions":
        warehouse.execute(f"insert into {table} select * from {table} where rowid = {one}")
        with pytest.raises(EditionAltered, match=table):
            verify_editions(warehouse)


def test_rows_under_the_name_of_an_edition_that_does_not_exist_are_found(
    warehouse: duckdb.DuckDBPyConnection, edition: Edition
) -> None:
    warehouse.execute(
        "insert into consolidation.indicators select * replace ('2021.7' as edition_id) from consolidation.indicators"
    )
    with pytest.raises(EditionAltered, match="no edition"):
        verify_editions(warehouse)


@pytest.fixture
def tampered(campaign: Settings, edition: Edition) -> Settings:
    with duckdb.connect(str(campaign.warehouse)) as connection:
        connection.execute("update consolidation.indicators set numerator = 1 where indicator_id = 'exits.total'")
    return campaign


@pytest.mark.parametrize(
    "use",
    [
        lambda settings, connection, edition: publish_snapshot(connection, settings),
        lambda settings, connection, edition: write_open_data(connection, settings, edition),
        lambda settings, connection, edition: (connection.close(), publish(settings)),
        lambda settings, connection, edition: (connection.close(), freeze(settings, 2020, who="Camille")),
    ],
    ids=["the snapshot", "open data", "publishing", "the next consolidation"],
)
def test_nothing_is_made_of_an_edition_that_was_changed(
    tampered: Settings, edition: Edition, use: Callable[[Settings, duckdb.DuckDBPyConnection, Edition], object]
) -> None:
    snapshot = tampered.snapshot.read_bytes()
    with (
        duckdb.connect(str(tampered.warehouse)) as connection,
        pytest.raises(EditionAltered, match=r"consolidation\.indicators"),
    ):
        use(tampered, connection, edition)
    assert not (tampered.published / "open").exists()
    assert tampered.snapshot.read_bytes() == snapshot


def test_a_change_with_new_seals_still_differs_from_the_manifest_in_the_archive(
    campaign: Settings, warehouse: duckdb.DuckDBPyConnection, edition: Edition
) -> None:
    from dataclasses import replace

    write_manifest(warehouse, campaign, edition)
    verify_manifest(campaign, edition)
    assert manifest_path(campaign, edition.edition_id).exists()
    with pytest.raises(EditionAltered, match="manifest"):
        verify_manifest(campaign, replace(edition, digest="0" * 64))
    with pytest.raises(EditionAltered, match="manifest"):
        write_manifest(warehouse, campaign, replace(edition, digest="0" * 64))
