"""What waits in landing: which files are deliveries, in which order they are taken, and what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

from ingestion.loading.landing import waiting
from ingestion.settings import Settings
from tests.deliveries import PLIE, a_delivery
from tests.ingestion.night import LATER, OTHER, load, statuses
from tests.warehouse_reading import acknowledgement, column, counts, files


def test_deliveries_of_one_plie_that_wait_together_are_taken_in_their_order(settings: Settings) -> None:
    a_delivery(created=LATER, people=5).land(settings)
    a_delivery(people=3).land(settings)
    a_delivery(OTHER).land(settings)
    outcomes = load(settings)
    assert [(outcome.plie_id, outcome.status) for outcome in outcomes] == [
        (OTHER, "accepted"), (PLIE, "accepted"), (PLIE, "accepted"),
    ]  # fmt: skip
    assert counts(settings, PLIE)["parcours"] == 5
    assert column(settings, f"select load_number from raw.loaded_plie where plie_id = '{PLIE}'") == [2]


def test_only_the_named_plie_are_loaded(settings: Settings) -> None:
    a_delivery().land(settings)
    other = a_delivery(OTHER).land(settings)
    assert [outcome.plie_id for outcome in load(settings, PLIE)] == [PLIE]
    assert other.exists()
    assert [file.path for file in waiting(settings)] == [other]


def test_what_is_being_written_hidden_or_a_survey_workbook_is_left_alone(settings: Settings) -> None:
    folder = settings.landing / PLIE
    for ending in (".part", ".tmp", ".filepart"):
        a_delivery().land(settings, a_delivery().file_name + ending)
    a_delivery().land(settings, ".hidden.zip")
    (folder / "enquete_2021.xlsx").write_bytes(b"workbook")
    (folder / "subfolder").mkdir()
    before = files(settings, "landing")
    assert load(settings) == []
    assert files(settings, "landing") == before
    assert not settings.outbox.exists()


def test_any_other_name_is_a_delivery_with_its_outcome(settings: Settings) -> None:
    a_delivery().land(settings, "export final (2).zip")
    (settings.landing / PLIE / "lisez-moi.txt").write_text("bonjour")
    (settings.landing / PLIE / ("é" * 120 + ".zip")).write_bytes(b"x")
    (settings.landing / PLIE / os.fsdecode(b"\xff\n\x1b.zip")).write_bytes(b"y")
    assert statuses(load(settings)) == ["refused"] * 4
    assert files(settings, "landing") == []
    assert len(list(settings.outbox.rglob("*.ack.json"))) == 4
    assert statuses(load(settings)) == []


def test_a_folder_that_the_register_does_not_know_is_refused(settings: Settings) -> None:
    path = a_delivery("PLIE-59-99").land(settings)
    strange = a_delivery().write(settings.landing / "dépôt de test", "x.zip")
    assert statuses(load(settings)) == ["refused", "refused"]
    assert [finding["rule"] for finding in acknowledgement(settings, path)["findings"]] == ["T05"]
    assert [finding["rule"] for finding in acknowledgement(settings, strange)["findings"]] == ["T05", "T06"]


def test_the_same_file_sent_to_two_plie_is_refused_to_the_wrong_one_only(settings: Settings) -> None:
    a_delivery().land(settings)
    a_delivery().write(settings.landing / OTHER)
    assert {outcome.plie_id: outcome.status for outcome in load(settings)} == {PLIE: "accepted", OTHER: "refused"}
    assert len(set(column(settings, "select delivery_id from raw.deliveries"))) == 2


def test_links_in_landing_are_not_followed(settings: Settings, tmp_path: Path) -> None:
    elsewhere = a_delivery().write(tmp_path / "elsewhere" / PLIE)
    settings.landing.mkdir(parents=True)
    (settings.landing / OTHER).symlink_to(elsewhere.parent, target_is_directory=True)
    (settings.landing / PLIE).mkdir()
    (settings.landing / PLIE / elsewhere.name).symlink_to(elsewhere)
    assert load(settings) == []
    assert elsewhere.exists()


def test_an_empty_or_absent_landing_place_is_no_error(settings: Settings) -> None:
    assert load(settings) == []
    assert not settings.key_file.exists()
