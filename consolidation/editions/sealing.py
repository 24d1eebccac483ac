"""Seals on frozen rows: written once when an edition is frozen, looked at whenever its figures are used."""

from __future__ import annotations

from dataclasses import asdict

import duckdb

from consolidation.editions.digest import catalogue_version, content_digests, edition_digest, sealed_digest
from consolidation.editions.edition import Edition, list_editions
from consolidation.editions.schema import has_edition_tables
from consolidation.editions.tables import SEALED, TABLES


class EditionAltered(RuntimeError):
    """Rows that were frozen are not what they were; nothing is read or published from them."""


def seal(connection: duckdb.DuckDBPyConnection, edition_id: str) -> None:
    """Writes the seals of an edition whose rows are all in place, within the transaction that is under way."""
    for table in SEALED:
        found = sealed_digest(connection, table, edition_id)
        connection.execute(
            "insert into consolidation.seals values (?, ?, ?, ?)", [edition_id, table.part, found.n_rows, found.digest]
        )


def altered_parts(connection: duckdb.DuckDBPyConnection, edition: Edition) -> list[str]:
    """The tables whose rows of this edition are not what was sealed, or `consolidation.editions` for its digest."""
    sealed = {
        part: (n_rows, digest)
        for part, n_rows, digest in connection.execute(
            "select part, n_rows, digest from consolidation.seals where edition_id = ?", [edition.edition_id]
        ).fetchall()
    }
    altered = []
    for table in SEALED:
        found = sealed_digest(connection, table, edition.edition_id)
        if sealed.get(table.part) != (found.n_rows, found.digest):
            altered.append(table.name)
    parts = content_digests(connection, edition.edition_id)
    is_whole = edition.digest == edition_digest(asdict(edition), parts)
    if not altered and (not is_whole or edition.catalogue_version != catalogue_version(parts)):
        altered.append("consolidation.editions")
    return altered


def verify_editions(connection: duckdb.DuckDBPyConnection, *edition_ids: str) -> None:
    """Makes sure that nothing of these editions, or of all when none is named, changed since it was frozen.

    Raises:
        EditionAltered: something did; the message says what and what to do.
    """
    known = list_editions(connection)
    asked = [edition for edition in known if edition.edition_id in edition_ids] if edition_ids else known
    altered = {edition.edition_id: altered_parts(connection, edition) for edition in asked}
    broken = "; ".join(f"{name}: {', '.join(parts)}" for name, parts in altered.items() if parts)
    orphans = _rows_of_nobody(connection, {edition.edition_id for edition in known})
    if broken or orphans:
        said = "; ".join(
            part for part in (broken, f"rows of no edition: {', '.join(orphans)}" if orphans else "") if part
        )
        raise EditionAltered(
            f"Frozen rows were changed after they were frozen ({said}). Nothing is read or published from them. "
            "Restore the warehouse from a backup; `plie rebuild EDITION` tells what the edition was."
        )


def _rows_of_nobody(connection: duckdb.DuckDBPyConnection, editions: set[str]) -> list[str]:
    """Tables with rows of an edition that does not exist: its own row was taken away, or rows were put in."""
    if not has_edition_tables(connection):
        return []
    return [
        table.name
        for table in TABLES
        if {row[0] for row in connection.execute(f"select distinct edition_id from {table.name}").fetchall()} - editions
    ]
