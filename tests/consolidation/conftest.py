"""A tiny campaign of four PLIE, loaded and built once; every test gets a copy of its data root.

The gate's own suites and disclosure control have tests of their own: here the one says what a test wants it to say,
and the other hides counts of 1 to 4.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from consolidation.editions import Edition, freeze, freezing, rebuilding
from ingestion.made_up_mark import MARK
from ingestion.settings import Settings
from orchestration.pipeline import build_and_publish, take_in
from quality.results import CheckResult, GateResult
from tests.deliveries import CREATED, a_delivery, a_delta, etape, parcours, participant, sortie
from tests.survey_workbooks import a_survey, as_xlsx, land_survey

LILLE, ROUBAIX, ARRAS, PARIS = "PLIE-59-06", "PLIE-59-05", "PLIE-62-01", "PLIE-75-01"

PASSED = CheckResult("entries.volume", "entries", "warning", "pass", LILLE, 0.1 + 0.2, "au plus 1", "")
ANSWERED = CheckResult(
    "exits.rates",
    "exits",
    "warning",
    "fail",
    None,
    12.5,
    "au plus 10 %",
    "Écart.",
    waived_reason="Vérifié avec le PLIE.",
)


def the_gate(*results: CheckResult) -> Callable[..., GateResult]:
    """A gate that finds these results."""
    return lambda connection, settings, year, on_progress=None: GateResult("run", year, results or (PASSED,))


def hide_small_counts(connection: duckdb.DuckDBPyConnection, edition_id: str, settings: Settings) -> None:
    """Stands for disclosure control: counts of 1 to 4 are hidden, and nothing else."""
    hidden = "numerator between 1 and 4"
    figures = ", ".join(
        f"case when not {hidden} then {column} end as {column}"
        for column in ("numerator", "denominator", "value", "n_missing")
    )
    connection.execute(
        f"insert into published.indicators by name select * replace ({figures}), {hidden} as suppressed"
        " from consolidation.indicators where edition_id = ?",
        [edition_id],
    )


@pytest.fixture
def open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets everything through, and hides small counts."""
    replace_neighbours(monkeypatch)


def replace_neighbours(monkeypatch: pytest.MonkeyPatch, *results: CheckResult) -> None:
    for module in (freezing, rebuilding):
        monkeypatch.setattr(module, "examine_year", the_gate(*results))
    monkeypatch.setattr(freezing, "protect", hide_small_counts)


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(data=tmp_path_factory.mktemp("four_plie"), threads=2, lock_timeout=5)
    (settings.data / MARK).write_text("{}", encoding="utf-8")
    for plie_id, people in ((LILLE, 30), (ROUBAIX, 12), (ARRAS, 9)):
        a_delivery(plie_id, people=people).land(settings)
    a_delivery(PARIS, people=7, coverage=("2018-01-01", "2020-12-31")).land(settings)
    more = {"participants": [participant(90)], "parcours": [parcours(90, date_entree="2021-02-01")]}
    delta = a_delta(CREATED + timedelta(days=1), **more, etapes=[etape(90)], sorties=[sortie(2)])
    delta.coverage = ("2021-01-01", "2021-12-31")
    delta.land(settings)
    land_survey(settings, as_xlsx(a_survey()))
    assert [outcome.status for outcome in take_in(settings)] == ["accepted"] * 6
    build_and_publish(settings)
    return settings.data


@pytest.fixture(scope="session")
def _corrected(_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2021.1 is frozen; then Roubaix sends its data again, with three more entries and an exit of another motive."""
    settings = Settings(data=tmp_path_factory.mktemp("corrected") / "data", threads=2, lock_timeout=5)
    shutil.copytree(_built, settings.data)
    with pytest.MonkeyPatch.context() as monkeypatch:
        replace_neighbours(monkeypatch)
        freeze(settings, 2021, who="Camille")
    corrected = a_delivery(ROUBAIX, people=15, created=CREATED + timedelta(days=40))
    corrected.set("sorties", 2, "motif_sortie", "DEMENAGEMENT").set("sorties", 2, "type_contrat", "")
    corrected.land(settings)
    assert [outcome.status for outcome in take_in(settings)] == ["accepted"]
    build_and_publish(settings)
    return settings.data


def _copy(root: Path, tmp_path: Path) -> Settings:
    shutil.copytree(root, tmp_path / "data")
    return Settings(data=tmp_path / "data", threads=2, lock_timeout=5)


@pytest.fixture
def campaign(_built: Path, tmp_path: Path) -> Settings:
    """Four PLIE loaded and built, three of them complete in 2021; nothing is frozen."""
    return _copy(_built, tmp_path)


@pytest.fixture
def corrected(_corrected: Path, tmp_path: Path) -> Settings:
    """2021.1 is frozen, and a correction of Roubaix is loaded and built since."""
    return _copy(_corrected, tmp_path)


@pytest.fixture
def edition(campaign: Settings, open_gate: None) -> Edition:
    """2021.1 of the campaign."""
    return freeze(campaign, 2021, who="Camille")


@pytest.fixture
def warehouse(campaign: Settings, edition: Edition) -> Iterator[duckdb.DuckDBPyConnection]:
    """The campaign's warehouse with 2021.1 frozen, open to be tampered with."""
    with duckdb.connect(str(campaign.warehouse)) as connection:
        yield connection
