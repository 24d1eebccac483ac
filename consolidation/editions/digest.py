"""Digests of frozen rows, the same on every machine, for every order of rows and number of threads.

A row is a JSON array of its columns as RFC 8785 writes it (no blanks, whole numbers without a point, the shortest
decimals that read back as the same number, dates and times as text); the rows of a part are sorted by their bytes and
joined by line feeds; SHA-256 of that text in UTF-8 is the part's digest. docs/editions.md says it with an example.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from consolidation.editions.tables import CATALOGUE, CONTENT, EDITIONS, Table

FORMAT = "plie-edition 1"
"""First line of what an edition's digest is taken over; another number when the serialisation changes."""


@dataclass(frozen=True)
class PartDigest:
    """How many rows a part has, and their SHA-256 in hexadecimal."""

    n_rows: int
    digest: str


def part_digest(
    connection: duckdb.DuckDBPyConnection, table: Table, edition_id: str, columns: Sequence[str]
) -> PartDigest:
    """The digest of the rows of one edition in one table, over the given columns in that order."""
    types = {column.name: column.type for column in table.columns}
    cells = ", ".join(_cell(name, types[name]) for name in columns)
    row = connection.execute(
        f"""
        select count(*), sha256(coalesce(string_agg(line, chr(10) order by line), ''))
        from (select json_array({cells})::varchar as line from {table.name} where edition_id = ?)
        """,
        [edition_id],
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always has a row
    return PartDigest(*row)


def _cell(name: str, type_: str) -> str:
    if type_.startswith("double"):
        # RFC 8785 writes 3 and not 3.0.
        return f"case when {name} = trunc({name}) and abs({name}) < 9007199254740992 then to_json({name}::bigint)" + (
            f" else to_json({name}) end"
        )
    return f"{name}::varchar" if type_.startswith(("date", "timestamp")) else name


def content_digests(connection: duckdb.DuckDBPyConnection, edition_id: str) -> dict[str, PartDigest]:
    """The digest of each part of an edition's content, without what another machine or day would say otherwise."""
    return {table.part: part_digest(connection, table, edition_id, table.digest_columns) for table in CONTENT}


def sealed_digest(connection: duckdb.DuckDBPyConnection, table: Table, edition_id: str) -> PartDigest:
    """The digest of all that a table says of an edition."""
    return part_digest(connection, table, edition_id, table.sealed_columns)


def catalogue_version(parts: Mapping[str, PartDigest]) -> str:
    """The fingerprint of the catalogue of indicators: the digest of that part."""
    return parts[CATALOGUE.part].digest


def edition_digest(head: Mapping[str, object], parts: Mapping[str, PartDigest]) -> str:
    """The one digest over a whole edition.

    Args:
        head: the columns of the edition's own row that count, by name.
        parts: the digest of each part of the content.
    """
    own = json.dumps([head[name] for name in EDITIONS.digest_columns], ensure_ascii=False, separators=(",", ":"))
    lines = [FORMAT, own, *(f"{table.part} {parts[table.part].n_rows} {parts[table.part].digest}" for table in CONTENT)]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
