"""Documentation names only what exists: commands, files, settings."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from ingestion.settings import Settings
from orchestration.cli import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "data" / "README.md", *(ROOT / "docs").rglob("*.md")])
COMMANDS = set(getattr(get_command(app), "commands"))  # noqa: B009 - a click group has it, its base class does not


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_commands_that_exist(page: Path) -> None:
    spans = re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
    named = {name for span in spans for name in re.findall(r"\bplie ([a-z]+)", span)}
    assert named <= COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_settings_that_exist(page: Path) -> None:
    settings = {f"PLIE_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bPLIE_[A-Z0-9_]+", page.read_text(encoding="utf-8"))) <= settings


def test_continuous_integration_runs_the_readme_test_command_to_the_letter() -> None:
    commands = re.findall(r"```bash\n(.+?)\n```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(commands) == 2
    assert commands[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_every_setting_is_explained_where_one_looks_for_it() -> None:
    running = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    assert {f"PLIE_{name.upper()}" for name in Settings.model_fields} <= set(re.findall(r"\bPLIE_[A-Z0-9_]+", running))
