"""Workbooks of the survey from landing into the warehouse: replaced when sent again, acknowledged, filed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingestion.loading.intake import Outcome
from ingestion.loading.purge import purge
from ingestion.settings import Settings
from ingestion.survey.answers import ANSWERED
from ingestion.survey.intake import load_surveys
from tests.survey_workbooks import FICHE, PLIE, TODAY, a_survey, as_xlsx, figures, land_survey, read
from tests.warehouse_reading import acknowledgement, column, files, query

ROOT = Path(__file__).resolve().parents[2]


def load(settings: Settings, days: int = 0) -> list[Outcome]:
    return load_surveys(settings, now=lambda: TODAY + timedelta(days=days))


def funding(settings: Settings) -> dict[str, Decimal]:
    return dict(query(settings, "select code, sum(value) from raw.survey_answers where section = 'funding' group by 1"))


def test_a_sound_workbook_is_loaded_acknowledged_and_filed(settings: Settings) -> None:
    path = land_survey(settings, as_xlsx(a_survey()))
    (outcome,) = load(settings)
    assert outcome.status == "accepted"
    assert funding(settings) == {"FSE": 300000, "COMMUNES_EPCI": Decimal("150000.5"), "ETAT": 0}
    told = acknowledgement(settings, path)
    assert (told["status"], told["delivery"], told["contract"]) == ("accepted", "enquete_2021.xlsx", "enquête 1.0")
    assert {resource["name"]: resource["loaded"] for resource in told["resources"]}["Equipe"] == 3
    assert files(settings, "landing") == []
    assert len(files(settings, "archive")) == 1
    page = (settings.outbox / PLIE / "enquete_2021.xlsx.ack.html").read_text(encoding="utf-8")
    assert "Financements" in page
    assert column(settings, "select filed from raw.deliveries") == [True]
    assert query(settings, "select theme, titre, nb_participants from raw.action_sheets") == [
        ("FREINS", "Un garage", 24)
    ]


def test_the_copy_that_is_kept_says_the_same_and_can_be_loaded_again(settings: Settings) -> None:
    book = a_survey()
    book["Financements"].append(["Total", 450000.5])
    land_survey(settings, as_xlsx(book))
    load(settings)
    (kept,) = (settings.archive / PLIE).iterdir()
    sent, again = read(book), read(kept.read_bytes())
    assert again.findings == ()
    assert again.sections == sent.sections
    for section in sent.sections:
        assert figures(again, section) == figures(sent, section)
    assert [fiche.texts for fiche in again.fiches] == [fiche.texts for fiche in sent.fiches]


def test_a_workbook_sent_again_replaces_the_former_one_and_counts_what_changed(settings: Settings) -> None:
    land_survey(settings, as_xlsx(a_survey()))
    load(settings)
    book = a_survey()
    book["Financements"] = [["financeur", "montant_eur"], ["FSE", 1000000], ["REGION", 5]]
    book["Fiches_actions"] = book["Fiches_actions"][:1]
    land_survey(settings, as_xlsx(book))
    (outcome,) = load(settings, 1)
    assert funding(settings) == {"FSE": 1000000, "REGION": 5}
    counts = {resource.name: resource for resource in outcome.resources}
    assert [getattr(counts["Financements"], name) for name in ("added", "changed", "removed")] == [1, 1, 2]
    assert counts["Fiches_actions"].removed == 1
    assert counts["Equipe"].changed == 0
    assert query(settings, "select load_number from raw.loaded_surveys") == [(2,)]
    assert column(settings, "select count(*) from raw.action_sheets") == [0]
    assert len(files(settings, "archive")) == 2


def test_each_year_is_by_itself(settings: Settings) -> None:
    land_survey(settings, as_xlsx(a_survey()))
    land_survey(settings, as_xlsx(a_survey()), name="enquete_2020.xlsx")
    assert [outcome.file_name for outcome in load(settings)] == ["enquete_2020.xlsx", "enquete_2021.xlsx"]
    assert column(settings, "select distinct year from raw.survey_answers order by 1") == [2020, 2021]


def test_the_same_bytes_of_two_plie_are_two_deliveries(settings: Settings) -> None:
    for plie_id in (PLIE, "PLIE-59-07"):
        land_survey(settings, as_xlsx(a_survey()), plie_id)
    assert [outcome.status for outcome in load(settings)] == ["accepted", "accepted"]
    assert column(settings, "select count(distinct delivery_id) from raw.deliveries") == [2]


def test_the_same_bytes_again_are_a_duplicate(settings: Settings) -> None:
    content = as_xlsx(a_survey())
    for _ in range(2):
        path = land_survey(settings, content)
        outcomes = load(settings)
    assert [outcome.status for outcome in outcomes] == ["duplicate"]
    assert acknowledgement(settings, path)["status"] == "accepted"
    assert acknowledgement(settings, path, ".duplicate.ack.json")["status"] == "duplicate"
    assert query(settings, "select load_number from raw.loaded_surveys") == [(1,)]
    assert files(settings, "landing") == []


def test_an_older_workbook_sent_again_after_another_one_is_loaded_again(settings: Settings) -> None:
    first, second = (
        as_xlsx(a_survey()),
        as_xlsx({**a_survey(), "Partenaires": [["type", "nombre"], ["ENTREPRISES", 4]]}),
    )
    statuses = []
    for day, content in enumerate((first, second, first)):
        land_survey(settings, content)
        statuses += [outcome.status for outcome in load(settings, day)]
    assert statuses == ["accepted"] * 3
    assert column(settings, "select value from raw.survey_answers where section = 'partners'") == [171]


def test_a_refused_section_leaves_the_others_loaded_and_is_said_to_be_refused(settings: Settings) -> None:
    book = a_survey()
    book["Equipe"][1] = ["EQUIPE_INTERNE", 2, 3]
    path = land_survey(settings, as_xlsx(book))
    (outcome,) = load(settings)
    assert outcome.status == "accepted_with_rejects"
    sections = dict(query(settings, "select section, status from raw.survey_sections"))
    assert sections.pop("team_internal") == "refused"
    assert set(sections.values()) == {ANSWERED}
    assert [finding["rule"] for finding in acknowledgement(settings, path)["findings"]] == ["S05"]


def test_a_refused_workbook_leaves_the_former_answers_and_is_not_kept(settings: Settings) -> None:
    land_survey(settings, as_xlsx(a_survey()))
    load(settings)
    land_survey(settings, b"PK damaged")
    (outcome,) = load(settings, 1)
    assert outcome.status == "refused"
    assert funding(settings)["FSE"] == 300000
    assert len(files(settings, "archive", "quarantine")) == 1
    assert files(settings, "landing") == []


@pytest.mark.parametrize("name", ["Enquete PLIE.ods", "enquete_2021.xls", "Enquête 2021.docx"])
def test_what_was_meant_for_the_survey_gets_an_answer_that_says_what_to_send(settings: Settings, name: str) -> None:
    path = land_survey(settings, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", name=name)
    (outcome,) = load(settings)
    assert outcome.status == "refused"
    assert acknowledgement(settings, path)["findings"][0]["rule"] == "S01"


def test_files_of_an_open_office_suite_and_files_being_written_are_left_alone(settings: Settings) -> None:
    for name in ("~$enquete_2021.xlsx", ".~lock.enquete_2021.xlsx#", "enquete_2021.xlsx.part"):
        land_survey(settings, b"x", name=name)
    assert load(settings) == []
    assert len(files(settings, "landing")) == 3


def test_a_change_far_from_the_year_before_is_counted_with_a_warning(settings: Settings) -> None:
    book = a_survey()
    land_survey(settings, as_xlsx(book), name="enquete_2020.xlsx")
    book["Financements"][1][1] = 3000000
    book["Partenaires"][1][1] = 174
    path = land_survey(settings, as_xlsx(book))
    assert [outcome.status for outcome in load(settings)] == ["accepted", "accepted"]
    (finding,) = acknowledgement(settings, path)["findings"]
    assert (finding["rule"], finding["severity"], finding["resource"]) == ("S09", "warn", "Financements")
    assert "2020" in finding["message"]
    questioned = "select year, section from raw.survey_sections where is_questioned"
    assert query(settings, questioned) == [(2021, "funding")]


POINTS = [
    (function, when)
    for function in ("stage", "apply", "keep", "record", "write_aside", "file_away", "mark_filed")
    for when in ("before", "after")
]


def start(settings: Settings, *point: str) -> int:
    command = [sys.executable, "-m", "tests.ingestion.interrupted_survey", str(settings.data), *point]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode


def state(settings: Settings) -> dict[str, Any]:
    tables = ("survey_answers", "survey_sections", "action_sheets", "loaded_surveys", "deliveries", "findings")
    kept = files(settings, "landing", "archive", "outbox", "quarantine")
    return (
        {table: query(settings, f"from raw.{table} order by all") for table in tables}
        | {"files": kept}
        | {name: (settings.data / name).read_bytes() for name in kept}
    )


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("landed"), threads=2)
    book = a_survey()
    book["Fiches_actions"].append([*FICHE[:3], "appelez le 06 12 34 56 78", *FICHE[4:]])
    land_survey(settings, as_xlsx(book))
    return settings


@pytest.fixture(scope="module")
def undisturbed(landed: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    settings = Settings(data=tmp_path_factory.mktemp("undisturbed") / "data", threads=2)
    shutil.copytree(landed.data, settings.data)
    assert start(settings) == 0
    return state(settings)


@pytest.mark.parametrize(("function", "when"), POINTS)
def test_a_load_killed_at_any_point_is_finished_by_the_next(
    function: str, when: str, landed: Settings, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "data", threads=2)
    shutil.copytree(landed.data, settings.data)
    assert start(settings, function, when, "1") == -9
    load(settings)
    assert state(settings) == undisturbed


def test_retention_destroys_what_was_replaced_and_keeps_the_workbook_that_is_loaded(settings: Settings) -> None:
    land_survey(settings, as_xlsx(a_survey()))
    load(settings)
    book = a_survey()
    book["Partenaires"][1][1] = 4
    land_survey(settings, as_xlsx(book))
    load(settings, 1)
    purged = purge(settings, 0, "test", now=lambda: TODAY + timedelta(days=3000))
    assert len(purged) == 1
    (kept,) = (settings.archive / PLIE).iterdir()
    assert figures(read(kept.read_bytes()), "partners") == {("ENTREPRISES", "nombre"): Decimal(4)}
