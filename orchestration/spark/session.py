"""The Spark in which a build runs: started before dbt, which finds it there; ended with its Java process after it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.settings import PROJECT_ROOT, Settings
from orchestration.spark.places import spark_root

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ANSI = "spark.sql.ansi.enabled"
"""What does not fit its type is an error and no null, as in DuckDB."""


class SparkNotInstalled(RuntimeError):
    """A package or Java is missing; the message says how to install it."""


def require_spark() -> None:
    """Makes sure that what `PLIE_ENGINE=spark` needs is there.

    Raises:
        SparkNotInstalled: it is not.
    """
    if find_spec("pyspark") is None or find_spec("dbt.adapters.spark") is None:
        raise SparkNotInstalled("PLIE_ENGINE=spark needs packages that are not installed: run `uv sync --group spark`.")
    home = os.environ.get("JAVA_HOME")
    if not (shutil.which("java") or (home and (Path(home) / "bin" / "java").exists())):
        raise SparkNotInstalled("PLIE_ENGINE=spark needs Java 17 or 21 (Debian package openjdk-17-jre-headless).")


def session_settings(environment: dict[str, str]) -> dict[str, str]:
    """What `profiles.yml` says of the session of Spark, for these environment variables."""
    import jinja2
    from dbt.clients.yaml_helper import load_yaml_text

    profiles = load_yaml_text((PROJECT_ROOT / "profiles.yml").read_text(encoding="utf-8"))
    said = profiles["plie"]["outputs"]["spark"]["server_side_parameters"]
    template = jinja2.Environment(autoescape=False).from_string  # noqa: S701 - values of a configuration, no page
    return {name: template(value).render(env_var=environment.get) for name, value in said.items()} | {ANSI: "true"}


@contextmanager
def spark_session(settings: Settings, environment: dict[str, str]) -> Iterator[SparkSession]:
    """A session without tables, in ANSI mode for dbt too; what an earlier one left on the disk is removed.

    What Spark and Java write to standard error goes to `<data>/spark/spark.log`.

    Args:
        environment: the variables from which `profiles.yml` is read.

    Raises:
        SparkNotInstalled: there is no Spark here.
    """
    require_spark()
    root = spark_root(settings)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    from pyspark.sql import SparkSession

    with _standard_error_to(root / "spark.log"), _reached_at(settings.spark_driver_host):
        session = SparkSession.Builder().config(map=dict(session_settings(environment))).getOrCreate()
    try:
        with _left_as_it_is_by_dbt():
            yield session
    finally:
        _end(session)
        shutil.rmtree(root / "scratch", ignore_errors=True)


@contextmanager
def _reached_at(address: str) -> Iterator[None]:
    """What Java starts listens there and nowhere else; Spark would look for an address of the machine's network."""
    before = os.environ.get("SPARK_LOCAL_IP")
    os.environ["SPARK_LOCAL_IP"] = address
    try:
        yield
    finally:
        if before is None:
            del os.environ["SPARK_LOCAL_IP"]
        else:
            os.environ["SPARK_LOCAL_IP"] = before


@contextmanager
def _standard_error_to(file: Path) -> Iterator[None]:
    """Java takes over our standard error when it starts, and would write between the lines of a command."""
    sys.stderr.flush()
    ours = os.dup(2)
    try:
        with file.open("ab") as log:
            os.dup2(log.fileno(), 2)
        yield
    finally:
        os.dup2(ours, 2)
        os.close(ours)


@contextmanager
def _left_as_it_is_by_dbt() -> Iterator[None]:
    """dbt-spark 1.11 would set all of it anew with every statement, and ANSI off, whatever a profile says."""
    from dbt.adapters.spark.connections import SparkCredentials

    theirs = SparkCredentials.__post_init__

    def without_settings(self: SparkCredentials) -> None:
        theirs(self)
        self.server_side_parameters.clear()

    SparkCredentials.__post_init__ = without_settings
    try:
        yield
    finally:
        SparkCredentials.__post_init__ = theirs


def _end(session: SparkSession) -> None:
    """Stops Spark and its Java process, which would keep its memory as long as this process lives."""
    from pyspark import SparkContext

    session.stop()
    gateway = SparkContext._gateway
    if gateway is not None:
        SparkContext._gateway = SparkContext._jvm = None
        java = gateway.proc
        gateway.shutdown()
        if java is not None:
            java.stdin.close()
            java.wait()
