"""One `dbt build` of the hand-written rows, unit tests of the SQL included, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from orchestration.dbt_runner import invoke
from tests.dbt_project import hand_written_rows


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the warehouse that dbt built from the hand-written rows."""
    settings = Settings(data=tmp_path_factory.mktemp("hand_written"), threads=2)
    with duckdb.connect(str(settings.warehouse)) as connection:
        hand_written_rows.write(connection)
    result = invoke(settings, ["build"])
    assert result.success, result.exception or [
        f"{node.node.name}: {node.message}" for node in result.result if str(node.status) not in {"success", "pass"}
    ]
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def dbt_project() -> Path:
    """Folder of the dbt project."""
    return Path(__file__).resolve().parents[2] / "dbt_project"
