"""What every test may ask for. Being here, it also makes the modules beside it (`deliveries`) importable."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from ingestion.settings import Settings
from tests.postgres_server import PostgresServer, postgres_server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=3, help="how often a load is killed at a random instant")


def pytest_configure() -> None:
    """Programs that tests start hear Ctrl-C, as systemd's do, even when a shell put the tests into the background.

    A shell without job control makes what it starts with `&` deaf to SIGINT, every program below inherits that, and
    Dagster gives SIGTERM the disposition of SIGINT: its code server would never end.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty data root of its own, with a short wait for the lock."""
    return Settings(data=tmp_path / "data", lock_timeout=5, threads=2)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of the tests' own; for tests with the mark `postgres`."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def lake(settings: Settings, postgres: PostgresServer) -> Settings:
    """Settings of an empty data root whose warehouse is a lake of its own."""
    catalog = SecretStr(postgres.database(f"lake_{uuid4().hex}"))
    return settings.model_copy(update={"engine": "ducklake", "lake_catalog": catalog, "lock_timeout": 30})
