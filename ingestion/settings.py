"""Every setting of the warehouse: read from the environment (`PLIE_…`) or given by the command line, nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

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
    engine: Literal["duckdb", "ducklake", "spark"] = Field(
        default="duckdb", description="What builds the models, and where what they are made of is kept."
    )
    lake_catalog: SecretStr | None = Field(
        default=None, description="Connection string of the PostgreSQL database that is the catalog of the DuckLake."
    )
    lake_path: str | None = Field(
        default=None, description="Folder or s3:// address of its Parquet files; `<data>/lake` when unset."
    )
    lake_s3_endpoint: str | None = Field(
        default=None, description="Address of the store where those files are; Amazon's own when unset."
    )
    lake_s3_region: str | None = None
    lake_s3_access_key: str | None = None
    lake_s3_secret_key: SecretStr | None = None
    lake_encrypted: bool = Field(default=False, description="Whether a lake that is made is encrypted, file by file.")
    lake_nights: int = Field(default=31, ge=1, description="Nights whose state the DuckLake keeps.")
    spark_master: str = Field(default="local[*]", description="Address of the Spark cluster that builds the models.")
    spark_driver_host: str = Field(
        default="127.0.0.1", description="Address of this machine at which the executors of that cluster reach it."
    )

    pseudonym_key: SecretStr | None = Field(
        default=None,
        description="The warehouse's own HMAC key, at least 32 characters; made on first use in a file when unset.",
    )
    lock_timeout: float = Field(default=60.0, ge=0, description="Seconds to wait for another writer of the warehouse.")
    memory_limit: str = Field(default="1500MB", description="Memory that DuckDB may use before it spills to disk.")
    threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, description="Threads of DuckDB and dbt.")

    cache: Path = Field(
        default=PROJECT_ROOT / "target",
        description="Where what can be made again from the code is kept: what Dagster knows of the dbt models.",
    )

    retention_days: int = Field(default=1095, ge=0, description="Age at which `plie purge` destroys kept deliveries.")

    secret_plie: int = Field(
        default=11, ge=2, description="Smallest count that a row of one PLIE may show, zero apart."
    )
    secret_health: int = Field(default=11, ge=2, description="Smallest count of RQTH or AAH that any row may show.")
    secret_elsewhere: int = Field(default=5, ge=2, description="Smallest count that any other row may show.")
    secret_euros_plie: int = Field(default=3, ge=1, description="Fewest PLIE behind an amount that is shown.")
    secret_euros_share: float = Field(default=0.85, gt=0, le=1, description="Largest share of one PLIE in an amount.")

    source: Literal["landing", "sftp", "s3"] = Field(default="landing", description="Where deliveries come from.")
    source_plie: str = Field(default="", description="Ids of the PLIE to fetch from; all that are open when empty.")
    source_root: str | None = Field(default=None, description="The place of a PLIE at the source.")
    source_inbox: str = Field(default="depot", description="Folder there in which a PLIE puts its deliveries.")
    source_outbox: str = Field(default="retour", description="Folder there for its acknowledgements.")
    source_after: Literal["leave", "move"] = Field(default="leave", description="What is done with a fetched file.")
    source_moved_to: str = Field(default="recus", description="Folder there for fetched files, with `move`.")
    source_connections: int = Field(default=8, ge=1, le=32, description="PLIE that are contacted at once.")
    source_attempts: int = Field(default=3, ge=1, le=10, description="Attempts to reach a PLIE in one night.")
    source_backoff: float = Field(default=5.0, ge=0, description="Seconds before the second attempt, then 4 times.")
    source_timeout: float = Field(default=30.0, gt=0, description="Seconds that a server may stay silent.")
    source_deadline: float = Field(default=900.0, gt=0, description="Seconds that one attempt for one PLIE may take.")
    source_settle: float = Field(default=3.0, ge=0, description="Seconds in which a file must not grow (SFTP).")

    sftp_host: str = ""
    sftp_port: int = Field(default=22, ge=1, le=65535)
    sftp_user: str = Field(default="{plie_id}", description="Account; `{plie_id}` stands for the PLIE's id.")
    sftp_key: Path | None = Field(default=None, description="Private key, a file.")
    sftp_password: SecretStr | None = Field(default=None, description="Password of the account, or of the key.")
    sftp_known_hosts: Path = Field(default=Path("~/.ssh/known_hosts"), description="Keys of the servers to trust.")

    s3_endpoint: str | None = Field(default=None, description="Address of the storage; Amazon's own when unset.")
    s3_bucket: str = ""
    s3_region: str | None = None
    s3_access_key: str | None = None
    s3_secret_key: SecretStr | None = None

    late_nights: int = Field(default=3, ge=1, description="Nights without accepted delivery that make a PLIE late.")
    alert_mail_to: str = Field(default="", description="Addresses to alert, separated by commas; none: no e-mail.")
    alert_mail_from: str = ""
    alert_webhook: SecretStr | None = Field(default=None, description="Address that takes alerts as JSON.")
    smtp_host: str = "localhost"
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None

    @property
    def store(self) -> Literal["duckdb", "ducklake"]:
        """Where the rows that the gate let in are kept: Spark builds upon either, and has none of its own."""
        return "ducklake" if self.engine == "ducklake" or (self.engine == "spark" and self.lake_catalog) else "duckdb"

    @property
    def duckdb_limits(self) -> dict[str, str | bool | int | float | list[str]]:
        """What every connection of DuckDB to the warehouse is opened with."""
        return {"memory_limit": self.memory_limit, "threads": self.threads, "temp_directory": str(self.spill)}

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
    def transport(self) -> Path:
        return self.data / "transport"

    @property
    def key_file(self) -> Path:
        return self.data / "pseudonym.key"


def load_settings(data: Path | str | None = None) -> Settings:
    """Settings of this process; `data`, when given, wins over the environment. Paths are made absolute."""
    settings = Settings() if data is None else Settings(data=Path(data))
    folders = {"data": settings.data, "cache": settings.cache}
    return settings.model_copy(update={name: folder.expanduser().absolute() for name, folder in folders.items()})
