"""Settings of Spark for builds of a few rows, which end before compiled code has paid."""

from __future__ import annotations

from pathlib import Path

import pytest

SETTINGS = """
spark.driver.extraJavaOptions   -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.executor.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.codegen.wholeStage    false
spark.sql.codegen.factoryMode   NO_CODEGEN
"""


def spark_is_short_lived(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Lets every Spark that is started find these settings, in Spark's own file in `folder`."""
    (folder / "spark-defaults.conf").write_text(SETTINGS, encoding="utf-8")
    patch.setenv("SPARK_CONF_DIR", str(folder))
