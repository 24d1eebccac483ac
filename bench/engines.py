"""The engines that a bench compares: settings and data root of each, and a PostgreSQL for the catalogs of its lakes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

from ingestion.settings import Settings

Engine = Literal["duckdb", "ducklake", "spark"]
ENGINES: tuple[Engine, ...] = ("duckdb", "ducklake", "spark")


@dataclass
class CatalogServer:
    """A PostgreSQL in which databases can be made; `processes` are those of a private one, whose memory is counted."""

    conninfo: str
    processes: tuple[int, ...] = ()
    _made: list[str] = field(default_factory=list)

    def new(self, name: str) -> str:
        """Makes an empty database; returns its connection string, as PLIE_LAKE_CATALOG takes it."""
        from psycopg.conninfo import make_conninfo

        database = f"plie_bench_{os.getpid()}_{name}"
        self._administer(f'create database "{database}"')
        self._made.append(database)
        return str(make_conninfo(self.conninfo, dbname=database))

    def size(self, catalog: str) -> int:
        """Bytes of a database that `new` made."""
        import psycopg

        with psycopg.connect(catalog) as connection:
            row = connection.execute("select pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def drop_all(self) -> None:
        """Drops what `new` made, whoever is still connected."""
        while self._made:
            self._administer(f'drop database if exists "{self._made.pop()}" with (force)')

    def _administer(self, statement: str) -> Any:
        import psycopg

        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            return connection.execute(statement.encode())


@contextmanager
def catalog_server(given: str | None) -> Iterator[CatalogServer]:
    """The PostgreSQL of a connection string whose role may create databases, or a private one that ends with the block.

    The private one does not wait for the disk at each commit, as one that is made for tests.
    """
    from tests.postgres_server import postgres_server

    with nullcontext(None) if given else postgres_server() as private:
        if private is None:
            server = CatalogServer(given or "")
        else:
            postmaster = (private.root / "cluster" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
            server = CatalogServer(private.catalog("postgres"), (int(postmaster),))
        try:
            yield server
        finally:
            server.drop_all()


def settings_of(engine: Engine, data: Path, catalog: str | None = None) -> Settings:
    """The settings with which `plie` works on `data` with an engine; a lake keeps its files in the data root."""
    return Settings(
        data=data,
        engine=engine,
        lake_catalog=SecretStr(catalog) if catalog else None,
        lake_path=str(data / "lake") if catalog else None,
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """The same settings as variables for a command."""
    variables: dict[str, str] = {"PLIE_ENGINE": settings.engine}
    if settings.lake_catalog is not None:
        variables |= {
            "PLIE_LAKE_CATALOG": settings.lake_catalog.get_secret_value(),
            "PLIE_LAKE_PATH": str(settings.lake_path),
        }
    return variables


def linked(landing: Path, data: Path) -> None:
    """Lays the deliveries into a new data root: the same bytes, without a copy where the file system allows it."""

    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    shutil.copytree(landing, data / "landing", copy_function=link)
