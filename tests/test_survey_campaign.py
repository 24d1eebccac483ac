"""The made-up workbooks come to the published figures of section 2.4, and their fiches are plainly invented."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from ingestion.loading.intake import Outcome
from ingestion.sample.action_sheets import INVENTED
from ingestion.sample.drawing import stream
from ingestion.sample.programmes import Programmes, read_programmes
from ingestion.sample.surveys import survey_targets, write_surveys
from ingestion.sample.targets import national_targets
from ingestion.settings import Settings
from ingestion.survey.form import survey_form
from ingestion.survey.intake import load_surveys
from orchestration.pipeline import build_and_publish
from tests.survey_workbooks import TODAY

SEED = 0


def programmes() -> Programmes:
    return read_programmes(stream(SEED, "programmes"), national_targets())


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("campaign"), threads=2)
    write_surveys(programmes(), SEED, settings.landing)
    return settings


@pytest.fixture(scope="module")
def again(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The workbooks of two writings, by their paths; asked for before they are loaded."""
    other = tmp_path_factory.mktemp("again")
    write_surveys(programmes(), SEED, other)
    return contents(settings.landing), contents(other)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.xlsx")}


@pytest.fixture(scope="module")
def outcomes(settings: Settings, again: object) -> list[Outcome]:
    assert again
    return load_surveys(settings, now=lambda: TODAY)


@pytest.fixture(scope="module")
def marts(settings: Settings, outcomes: list[Outcome]) -> Iterator[duckdb.DuckDBPyConnection]:
    assert outcomes
    build_and_publish(settings)
    with duckdb.connect(str(settings.snapshot), read_only=True) as connection:
        connection.execute("use marts")
        yield connection


def test_the_same_seed_gives_the_same_bytes(again: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    first, second = again
    assert len(first) == 68
    assert first == second


def test_every_workbook_says_that_it_is_made_up(again: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    for content in again[0].values():
        assert "fictives" in str(load_workbook(io.BytesIO(content), read_only=True)["Mode d'emploi"]["C3"].value)


def test_some_amounts_are_typed_as_text_and_some_workbooks_have_totals_and_codes(
    again: tuple[dict[str, bytes], dict[str, bytes]],
) -> None:
    kinds: Counter[str] = Counter()
    for content in again[0].values():
        for label, amount in load_workbook(io.BytesIO(content))["Financements"].iter_rows(min_row=2, values_only=True):
            kinds["total"] += label == "TOTAL"
            kinds["code"] += label in survey_form().sheets[0].key.codes
            kinds["text"] += isinstance(amount, str)
            kinds["number"] += isinstance(amount, int)
    assert min(kinds.values()) > 5
    assert len(kinds) == 4


def test_every_workbook_is_accepted(outcomes: list[Outcome]) -> None:
    assert Counter(outcome.status for outcome in outcomes) == {"accepted": 68}


def test_every_published_figure_of_the_survey_is_met_but_the_contradictory_one(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    verdicts = dict(
        marts.execute("select figure_id, verdict from published_figures_check where kind = 'survey'").fetchall()
    )
    assert len(verdicts) == 36
    assert verdicts.pop("F24-26") == "contradictory in print"
    assert set(verdicts.values()) == {"identical"}


@pytest.mark.parametrize("year", [2020, 2021])
def test_each_section_has_its_own_number_of_answers(marts: duckdb.DuckDBPyConnection, year: int) -> None:
    answered = dict(
        marts.execute(
            "select section, count(*) from survey_responses where status = 'answered' and year = ? group by 1", [year]
        ).fetchall()
    )
    assert answered == {section: target.plie for section, target in survey_targets(year).items()}


def test_no_full_time_equivalents_exceed_their_people_and_no_employers_their_referents(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    rules = marts.execute("select count(*) from fct_deliveries where status <> 'accepted'").fetchone()
    assert rules == (0,)
    beyond = marts.execute(
        """
        with pivoted as (
            select plie_id, year, section, max(value) filter (figure = 'etp') as etp,
                max(value) filter (figure = 'effectif') as people
            from fct_survey_answers group by all
        )
        select count(*) from pivoted where etp > people
        """
    ).fetchone()
    assert beyond == (0,)


def test_forty_invented_fiches_over_all_themes_have_the_length_of_real_ones(marts: duckdb.DuckDBPyConnection) -> None:
    fiches = marts.execute(
        "select theme, title, concat_ws(' ', title, stakes, description, results, partners), n_participants, year"
        " from fct_action_sheets"
    ).fetchall()
    assert len(fiches) == 40
    assert {theme for theme, *_ in fiches} == set(survey_form().fiches.key.codes)
    assert len({title for _, title, *_ in fiches}) == 40
    assert len({text for _, _, text, *_ in fiches}) == 40
    for _, _, text, participants, year in fiches:
        assert INVENTED in text
        assert 150 <= len(text.split()) <= 400
        assert participants > 0
        assert year == 2021
