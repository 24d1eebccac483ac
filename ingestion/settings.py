"""Every setting of the warehouse: read from the environment (`PLIE_…`) or given by the command line, nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"


class Settings(BaseSettings):
    """Where the data lives and how much the machine may be asked for.

    Each field is set by the environment variable of its name with the prefix `PLIE_`; `--data` overrides `PLIE_DATA`.
    """

    model_config = SettingsConfigDict(env_prefix="PLIE_", frozen=True)

    data: Path = Field(default=PROJECT_ROOT / "data", description="Root of everything that is not code.")
    pseudonym_key: SecretStr | None = Field(
        default=None,
        description="The warehouse's own HMAC key, at least 32 characters; made on first use in a file when unset.",
    )
    lock_timeout: float = Field(default=60.0, ge=0, description="Seconds to wait for another writer of the warehouse.")
    memory_limit: str = Field(default="1500MB", description="Memory that DuckDB may use before it spills to disk.")
    threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, description="Threads of DuckDB and dbt.")

    retention_days: int = Field(default=1095, ge=0, description="Age at which `plie purge` destroys kept deliveries.")

    @property
    def landing(self) -> Path:
        return self.data / "landing"

    @property
    def outbox(self) -> Path:
        return self.data / "outbox"

    @property
    def archive(self) -> Path:
        return self.data / "archive"

    @property
    def quarantine(self) -> Path:
        return self.data / "quarantine"

    @property
    def warehouse(self) -> Path:
        return self.data / "warehouse.duckdb"

    @property
    def lock_file(self) -> Path:
        return self.data / "warehouse.lock"

    @property
    def spill(self) -> Path:
        return self.data / "tmp"

    @property
    def published(self) -> Path:
        return self.data / "published"

    @property
    def snapshot(self) -> Path:
        return self.published / "plie_marts.duckdb"

    @property
    def key_file(self) -> Path:
        return self.data / "pseudonym.key"


def load_settings(data: Path | str | None = None) -> Settings:
    """Settings of this process; `data`, when given, wins over the environment. Paths are made absolute."""
    settings = Settings() if data is None else Settings(data=Path(data))
    return settings.model_copy(update={"data": settings.data.expanduser().absolute()})
