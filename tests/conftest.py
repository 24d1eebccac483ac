"""What every test may ask for. Being here, it also makes the modules beside it (`deliveries`) importable."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.settings import Settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=3, help="how often a load is killed at a random instant")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty data root of its own, with a short wait for the lock."""
    return Settings(data=tmp_path / "data", lock_timeout=5, threads=2)
