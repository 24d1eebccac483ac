"""A year on the larger engines: the gate, the edition, where its figures come from, the proof from the archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from consolidation.editions import Edition
from ingestion.loading.intake import load_landing
from ingestion.settings import Settings
from orchestration.consolidating import consolidate
from orchestration.dbt_runner import dbt_environment
from orchestration.pipeline import build_and_publish
from orchestration.rebuild import rebuild
from quality.gate import run_gate
from quality.waivers import waive_each
from tests.deliveries import a_delivery
from tests.orchestration.conftest import plie
from tests.orchestration.dagster_runs import LILLE, MARSEILLE, PARIS
from tests.short_lived_spark import spark_is_short_lived


def frozen(settings: Settings) -> Edition:
    """The edition of 2021 of the same three PLIE, whatever the engine."""
    for number, plie_id in enumerate((LILLE, MARSEILLE, PARIS)):
        a_delivery(plie_id, people=80 + number).land(settings)
    assert {outcome.status for outcome in load_landing(settings)} == {"accepted"}
    build_and_publish(settings)
    warnings = [(warning.check_id, warning.plie_id) for warning in run_gate(settings, 2021).unanswered]
    assert warnings
    waive_each(settings, 2021, warnings, "Données d'essai : trois PLIE seulement.", "essai")
    return consolidate(settings, 2021, who="essai").edition


@pytest.fixture(scope="module")
def digest(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the default engine signs."""
    return frozen(Settings(data=tmp_path_factory.mktemp("file") / "data", lock_timeout=30, threads=2)).digest


def use(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lets commands of this test find the engine in their environment."""
    for name, value in dbt_environment(settings).items():
        if value is not None:
            monkeypatch.setenv(name, value)
    return settings.data


@pytest.mark.postgres
def test_a_ducklake_signs_the_same_edition_and_explains_it(
    lake: Settings, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = frozen(lake)
    assert edition.digest == digest
    data = use(lake, monkeypatch)
    traced = plie("trace", "exits.positive_rate_total", 2021, "--data", data)
    assert traced.exit_code == 0, traced.output
    assert LILLE in plie("status", "--data", data).output
    assert edition.edition_id in plie("editions", "--data", data).output
    rebuilt = rebuild(lake, edition.edition_id)
    assert (rebuilt.digest, rebuilt.differing) == (digest, ())


@pytest.mark.postgres
@pytest.mark.spark
def test_spark_over_a_ducklake_signs_the_same_edition(
    lake: Settings, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a file it builds in `test_spark` and in Dagster's night."""
    spark_is_short_lived(tmp_path, monkeypatch)
    spark = lake.model_copy(update={"engine": "spark", "spark_master": "local[2]"})
    assert spark.store == "ducklake"
    assert frozen(spark).digest == digest
    assert not spark.warehouse.exists()
