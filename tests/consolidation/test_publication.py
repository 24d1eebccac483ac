"""What analysts open holds editions too: described to the last column, private, and never without them knowing."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import pytest

from consolidation.editions import Edition, UnknownEdition
from consolidation.editions.manifest import manifest_path, read_manifest
from consolidation.publication import publish
from consolidation.snapshot import publish_snapshot
from ingestion.settings import Settings


def in_snapshot(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.snapshot), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def published(campaign: Settings, edition: Edition) -> Settings:
    publish(campaign)
    return campaign


def test_the_snapshot_holds_marts_editions_and_published_figures(published: Settings) -> None:
    schemas = {schema for (schema,) in in_snapshot(published, "select distinct schema_name from duckdb_tables()")}
    assert {"marts", "consolidation", "published"} <= schemas
    (count,) = in_snapshot(published, "select count(*) from consolidation.indicators")[0]
    assert in_snapshot(published, "select count(*) from published.indicators") == [(count,)]
    assert in_snapshot(published, "select edition_id from consolidation.editions") == [("2021.1",)]


def test_every_table_view_and_column_of_the_snapshot_has_a_comment(published: Settings) -> None:
    silent = in_snapshot(
        published,
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and coalesce(comment, '') = ''"
        " union all select schema_name, table_name, '' from duckdb_tables() where coalesce(comment, '') = ''"
        " union all select schema_name, view_name, '' from duckdb_views()"
        " where database_name = current_database() and not internal and coalesce(comment, '') = ''",
    )
    assert silent == []


def test_a_view_of_the_marts_is_a_view_there_too_and_says_the_same(published: Settings) -> None:
    views = {
        name for (name,) in in_snapshot(published, "select view_name from duckdb_views() where schema_name = 'marts'")
    }
    assert {"entries_by_profile", "participation_by_year", "fct_step_years", "fct_active_participants"} <= views
    with duckdb.connect(str(published.warehouse), read_only=True) as connection:
        marts = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
        ).fetchall()
        for (mart,) in marts:
            here = connection.execute(f"select count(*) from marts.{mart}").fetchall()
            assert in_snapshot(published, f"select count(*) from marts.{mart}") == here, mart


def test_no_pseudonym_is_anywhere_in_what_is_published(published: Settings) -> None:
    with duckdb.connect(str(published.warehouse), read_only=True) as connection:
        persons = connection.execute("select participant_id from raw.participants").fetchall()
    files = [path for path in published.published.rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert len(persons) > 50
    assert not [person for (person,) in persons if person.encode() in content]


def test_a_table_that_tells_persons_apart_is_never_published(published: Settings) -> None:
    with duckdb.connect(str(published.warehouse)) as connection:
        connection.execute("create schema quality")
        connection.execute("create table quality.failing_rows as select participant_id from raw.participants")
        before = published.snapshot.read_bytes()
        with pytest.raises(ValueError, match="participant_id"):
            publish_snapshot(connection, published)
    assert published.snapshot.read_bytes() == before


def test_a_reader_is_not_disturbed_by_a_new_edition(published: Settings) -> None:
    with duckdb.connect(str(published.snapshot), read_only=True) as reader:
        before = reader.execute("select count(*), sum(value) from published.indicators").fetchall()
        publish(published)
        assert reader.execute("select count(*), sum(value) from published.indicators").fetchall() == before


def test_the_manifest_in_the_archive_tells_what_the_edition_rests_on(published: Settings, edition: Edition) -> None:
    manifest = read_manifest(published, "2021.1")
    assert manifest.edition["digest"] == edition.digest
    for delivery in manifest.deliveries:
        assert (published.archive / delivery["plie_id"] / delivery["kept_as"]).is_file()


def test_publishing_again_changes_no_file_of_the_edition(published: Settings) -> None:
    folder = published.published / "open" / "2021.1"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    manifest = manifest_path(published, "2021.1").read_bytes()
    (folder / "rapport.html").write_text("somebody else's", encoding="utf-8")
    publish(published, ["2021.1"])
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "rapport.html"} == before
    assert (folder / "rapport.html").exists()
    assert manifest_path(published, "2021.1").read_bytes() == manifest


def test_an_edition_that_there_is_not_cannot_be_published(published: Settings) -> None:
    with pytest.raises(UnknownEdition, match=r"2021\.1"):
        publish(published, ["2021.9"])


def test_what_is_published_is_readable_by_its_owner_alone(published: Settings) -> None:
    files = [path for path in published.published.rglob("*") if path.is_file()]
    assert len(files) >= 6
    assert [path for path in files if stat.S_IMODE(Path(path).stat().st_mode) & 0o077] == []
