"""What is known of the dbt project beforehand: made once for each state of the code, by one maker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.settings import PROJECT_ROOT, Settings, load_settings
from orchestration import manifest
from orchestration.manifest import KEPT, ManifestNotMade, known_project, make_manifest, manifest_file


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", cache=tmp_path / "cache")


def test_another_state_of_the_code_is_another_file(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    now = manifest_file(settings)
    assert now.parent == settings.cache
    monkeypatch.setattr(manifest, "code_fingerprint", lambda engine: "f" * 64)
    assert manifest_file(settings) != now


def test_models_that_cannot_be_read_are_told_in_the_words_of_dbt(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLIE_CACHE", str(settings.cache))
    monkeypatch.setattr(
        manifest.subprocess,
        "run",
        lambda *_, **__: subprocess.CompletedProcess([], 1, "", "Compilation Error: depends on a node named 'nowhere'"),
    )
    with pytest.raises(ManifestNotMade, match="depends on a node named 'nowhere'"):
        known_project(settings)


def test_former_states_of_the_code_are_forgotten_in_the_end(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.cache.mkdir()
    for age in range(KEPT + 3):
        former = settings.cache / f"dbt-manifest-{age:016x}.json"
        former.write_text("{}")
        os.utime(former, (age, age))
    monkeypatch.setattr(manifest, "_compile", lambda throwaway: {"manifest": {}, "lineage": {}})
    made = make_manifest(settings)
    assert len(list(settings.cache.glob("dbt-manifest-*.json"))) == KEPT + 1
    assert made.exists()
    assert known_project(settings).lineage == {}


def test_it_is_made_beforehand_by_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.manifest"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()) == manifest_file(load_settings())
    assert Path(done.stdout.strip()).exists()
