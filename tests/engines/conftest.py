"""The same rows of `raw` for every engine: a campaign, rows written by hand, and awkward ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from ingestion.sample import write_campaign
from ingestion.settings import Settings
from orchestration.pipeline import take_in
from tests.dbt_project import hand_written_rows
from tests.reference_indicators import written
from tests.reference_indicators.world import random_world


def add_rows_of(warehouse: Path, other: Path) -> int:
    """Adds, of another file, the rows of all PLIE of which this one has none; returns how many PLIE were added."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"attach '{other}' as other (read_only)")
        connection.execute(
            "create temp table added as select plie_id from other.raw.loaded_plie"
            " where plie_id not in (select plie_id from raw.loaded_plie)"
        )
        tables = connection.execute(
            "select distinct table_name from duckdb_columns()"
            " where database_name = 'other' and schema_name = 'raw' and column_name = 'plie_id'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(
                f"insert into raw.{table} by name from other.raw.{table} where plie_id in (select plie_id from added)"
            )
        (n_added,) = connection.execute("select count(*) from added").fetchone() or (0,)
    return int(n_added)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small campaign through the gate, with the annual survey, and awkward rows for the other PLIE; nothing built."""
    folder = tmp_path_factory.mktemp("loaded")
    settings = Settings(data=folder / "data", lock_timeout=30, threads=2)
    write_campaign(settings, 2021, 0.01, 0)
    for number, sender in enumerate(sorted(settings.landing.iterdir())):
        if number % 2:
            shutil.rmtree(sender)
    statuses = {outcome.status for outcome in take_in(settings)}
    assert statuses <= {"accepted", "accepted_with_rejects"}
    with duckdb.connect(str(folder / "hand.duckdb")) as connection:
        hand_written_rows.write(connection)
    register, codes = list(written.register().values()), written.catalogue().codes
    random_world(1, register, codes).write_into(folder / "random.duckdb")
    assert add_rows_of(settings.warehouse, folder / "hand.duckdb") > 0
    assert add_rows_of(settings.warehouse, folder / "random.duckdb") > 0
    return settings
