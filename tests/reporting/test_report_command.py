"""`plie report` as a person runs it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.settings import Settings
from orchestration.cli import app
from orchestration.cli.console import CommandFailed
from reporting import publishing
from reporting.publishing import publish_report
from reporting.sheets import publishing as sheets
from tests.reporting.an_edition import an_edition


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edition without a database, and files without their content: what is written where is looked at here."""
    monkeypatch.setattr(publishing, "edition_of", lambda settings, year, edition_id=None: an_edition())
    monkeypatch.setattr(publishing, "_page", lambda document: document.title.encode())
    monkeypatch.setattr(publishing, "_pdf", lambda document: b"%PDF")
    monkeypatch.setattr(publishing, "_explorer", lambda settings, edition: b"<!doctype html>")
    monkeypatch.setattr(sheets, "publish_sheets", lambda settings, year, edition, on_progress: (settings.outbox / "a",))


@pytest.mark.usefixtures("quick")
def test_the_files_stand_beside_the_open_data_of_the_edition(settings: Settings) -> None:
    told: list[tuple[int, int, str]] = []
    written = publish_report(settings, 2021, on_progress=lambda *step: told.append(step))
    folder = settings.published / "open" / "2021.1"
    assert [path.relative_to(folder).name for path in written] == [
        "consolidation-plie-2021.html",
        "consolidation-plie-2021.pdf",
        "explorer.html",
    ]
    assert written[0].read_text(encoding="utf-8") == "Consolidation des PLIE 2021"
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)
    assert [step[0] for step in told] == [0, 1, 2, 3]


@pytest.mark.usefixtures("quick")
def test_a_file_that_fails_leaves_the_one_before(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (page, *_) = publish_report(settings, 2021)

    def broken(document: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(publishing, "_page", broken)
    with pytest.raises(MemoryError):
        publish_report(settings, 2021)
    assert page.read_text(encoding="utf-8") == "Consolidation des PLIE 2021"


def test_without_an_edition_the_command_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["report", "2021", "--data", str(tmp_path)])
    assert isinstance(result.exception, CommandFailed)
    assert "plie consolidate" in str(result.exception)


def test_the_command_names_what_it_wrote(settings: Settings, quick: None) -> None:
    result = CliRunner().invoke(app, ["report", "2021", "--data", str(settings.data)])
    assert result.exit_code == 0, result.output
    assert "open/2021.1/consolidation-plie-2021.pdf" in result.output
    assert "1 files of the sheets" in result.output
