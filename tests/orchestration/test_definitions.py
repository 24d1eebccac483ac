"""What Dagster sees, and a night run through it."""

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from ingestion.sample import write_campaign
from ingestion.settings import PROJECT_ROOT, Settings
from orchestration.definitions import defs


def test_a_night_takes_in_what_waits_and_publishes_the_marts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data=tmp_path)
    write_campaign(settings, scale=0.01)
    waiting = len([path for path in settings.landing.rglob("*") if path.is_file()])
    monkeypatch.setenv("PLIE_DATA", str(tmp_path))
    result = defs.resolve_job_def("night").execute_in_process(instance=dg.DagsterInstance.ephemeral())
    assert result.success
    (taken,) = result.asset_materializations_for_node("deliveries")
    assert taken.metadata["deliveries"].value == waiting
    assert settings.snapshot.exists()


def test_loading_the_definitions_opens_nothing_and_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, orchestration.definitions; "
        "print(sorted({'pandas', 'great_expectations', 'duckdb', 'dbt'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT_ROOT,
        env={"PLIE_DATA": str(tmp_path / "none"), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
    assert not (tmp_path / "none").exists()
