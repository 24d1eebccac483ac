"""One warehouse with every fault planted, built once by dbt for all tests that only look at it."""

from __future__ import annotations

import duckdb
import pytest

from ingestion.settings import Settings
from orchestration.dbt_runner import invoke
from tests.quality import planted_faults


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("faulty"), threads=2, lock_timeout=5)
    with duckdb.connect(str(settings.warehouse)) as connection:
        planted_faults.write(connection)
    result = invoke(settings, ["build", "--exclude-resource-type", "test", "unit_test"])
    assert result.success, result.exception
    return settings
