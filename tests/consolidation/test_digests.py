"""The digest of an edition is what docs/editions.md says, and hangs on the content alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from consolidation.editions import Edition, freeze
from consolidation.editions.digest import FORMAT, content_digests, part_digest
from consolidation.editions.tables import CONTENT, EDITIONS, INDICATORS, Table
from ingestion.settings import Settings

NUMBERS = st.floats(0, 1e12, allow_nan=False) | st.integers(0, 10**12).map(float)


def written(value: Any) -> Any:
    """A value as JSON is to hold it, said again without the database."""
    return value.isoformat() if isinstance(value, date) else value


def digest_by_hand(connection: duckdb.DuckDBPyConnection, table: Table, edition_id: str) -> str:
    columns = ", ".join(table.digest_columns)
    rows = connection.execute(f"select {columns} from {table.name} where edition_id = ?", [edition_id]).fetchall()
    return hashlib.sha256(b"\n".join(sorted(rfc8785.dumps(list(map(written, row))) for row in rows))).hexdigest()


def test_anybody_can_compute_the_digest_from_the_rows(warehouse: duckdb.DuckDBPyConnection, edition: Edition) -> None:
    own = [asdict(edition)[name] for name in EDITIONS.digest_columns]
    text = f"{FORMAT}\n{json.dumps(own, ensure_ascii=False, separators=(',', ':'))}\n"
    for table in CONTENT:
        (count,) = warehouse.execute(f"select count(*) from {table.name}").fetchone() or (None,)
        text += f"{table.part} {count} {digest_by_hand(warehouse, table, edition.edition_id)}\n"
    assert hashlib.sha256(text.encode()).hexdigest() == edition.digest


@given(
    st.lists(
        st.tuples(NUMBERS, st.none() | NUMBERS, st.text(st.characters(codec="utf-8", exclude_characters="\0"))),
        max_size=5,
    )
)
@example([(1e-5, 1e-9, "")])
def test_numbers_and_words_are_written_the_same_by_any_hand(rows: list[tuple[float, float | None, str]]) -> None:
    readable = [row for row in rows if all(ord(character) >= 32 for character in row[2])]
    with duckdb.connect() as connection:
        connection.execute("create schema consolidation")
        listed = ", ".join(f"{column.name} {column.type}" for column in INDICATORS.columns)
        connection.execute(f"create table consolidation.indicators ({listed})")
        for numerator, denominator, category in readable:
            connection.execute(
                "insert into consolidation.indicators values"
                " ('2021.1', 'a', 2021, 'complete', 'plie', 'x', ?, ?, ?, null, null, 3)",
                [category, numerator, denominator],
            )
        found = part_digest(connection, INDICATORS, "2021.1", INDICATORS.digest_columns)
        assert found.n_rows == len(readable)
        assert found.digest == digest_by_hand(connection, INDICATORS, "2021.1")


def test_neither_clock_nor_name_nor_order_of_rows_nor_threads_change_it(
    campaign: Settings, open_gate: None, tmp_path: Path
) -> None:
    twin = Settings(data=tmp_path / "twin", threads=1, lock_timeout=5)
    import shutil

    shutil.copytree(campaign.data, twin.data)
    with duckdb.connect(str(twin.warehouse)) as connection:
        for table in ("marts.indicators", "marts.fct_action_sheets"):
            connection.execute(f"create temp table shuffled as from {table} order by random()")
            connection.execute(f"delete from {table}")
            connection.execute(f"insert into {table} from shuffled")
            connection.execute("drop table shuffled")
    one = freeze(campaign, 2021, who="Camille", now=lambda: datetime(2022, 4, 1, tzinfo=UTC))
    other = freeze(twin, 2021, who="Dominique", now=lambda: datetime(2023, 5, 2, 3, 4, 5, tzinfo=UTC))
    assert one.digest == other.digest
    assert (one.frozen_at, one.frozen_by) != (other.frozen_at, other.frozen_by)


def test_another_figure_gives_another_digest(warehouse: duckdb.DuckDBPyConnection, edition: Edition) -> None:
    before = content_digests(warehouse, edition.edition_id)
    warehouse.execute(
        "update consolidation.indicators set value = value + 1e-9 where indicator_id = 'exits.positive_rate_total'"
        " and scope = 'national' and year = 2021"
    )
    after = content_digests(warehouse, edition.edition_id)
    assert {part for part in before if before[part] != after[part]} == {"indicators"}
