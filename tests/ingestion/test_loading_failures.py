"""What fails for one delivery keeps no other from loading, and leaves nothing half done."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb
import pytest

from ingestion.loading import group, intake
from ingestion.settings import Settings
from tests.deliveries import PLIE, a_delivery
from tests.ingestion.night import OTHER, load, statuses
from tests.warehouse_reading import column, counts, files


def test_one_plie_that_makes_the_load_fail_keeps_no_other_from_loading(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail_for_one(connection: duckdb.DuckDBPyConnection, contract: object, numbers: list[int]) -> None:
        apply(connection, contract, numbers)  # type: ignore[arg-type]
        if connection.execute(f"select count(*) from delivery where plie_id = '{PLIE}'").fetchone() == (1,):
            raise duckdb.ConversionException("a value that must not be logged")

    apply = group.apply
    monkeypatch.setattr(group, "apply", fail_for_one)
    path = a_delivery().land(settings)
    for plie_id in (OTHER, "PLIE-38-02"):
        a_delivery(plie_id).land(settings)
    with caplog.at_level(logging.INFO):
        outcomes = load(settings)
    assert {outcome.plie_id: outcome.status for outcome in outcomes} == {
        OTHER: "accepted", "PLIE-38-02": "accepted", PLIE: "error",
    }  # fmt: skip
    assert "ConversionException" in caplog.text
    assert "must not be logged" not in caplog.text + "".join(outcome.message for outcome in outcomes)
    assert path.exists()
    assert counts(settings, PLIE)["parcours"] == 0
    assert column(settings, f"select count(*) from raw.deliveries where plie_id = '{PLIE}'") == [0]
    assert files(settings, f"outbox/{PLIE}") == []
    monkeypatch.setattr(group, "apply", apply)
    assert statuses(load(settings)) == ["accepted"]


def test_a_file_that_cannot_be_read_stays_in_landing_with_an_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *arguments: object, **named: object) -> object:
        if path.parent.name == PLIE:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *arguments, **named)  # type: ignore[arg-type]

    read = intake.read_delivery
    monkeypatch.setattr(intake, "read_delivery", refuse)
    path = a_delivery().land(settings)
    a_delivery(OTHER).land(settings)
    assert {outcome.plie_id: outcome.status for outcome in load(settings)} == {PLIE: "error", OTHER: "accepted"}
    assert path.exists()


def test_groups_are_split_by_size_without_changing_what_is_loaded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "GROUP_BYTES", 2000)
    sizes = []
    checked = group.check_rows
    monkeypatch.setattr(group, "check_rows", lambda *a, **k: (sizes.append(len(a[2])), checked(*a, **k)))  # type: ignore[func-returns-value]
    plie_ids = [PLIE, OTHER, "PLIE-38-02", "PLIE-38-03"]
    for plie_id in plie_ids:
        a_delivery(plie_id).land(settings)
    assert statuses(load(settings)) == ["accepted"] * 4
    assert sizes == [1, 1, 1, 1]
    assert [counts(settings, plie_id)["etapes"] for plie_id in plie_ids] == [4] * 4


def test_a_file_replaced_while_it_was_loaded_is_another_delivery(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_delivery().land(settings)
    load_group = intake.load_group

    def replaced_meanwhile(*arguments: object) -> object:
        entries = load_group(*arguments)  # type: ignore[arg-type]
        a_delivery(people=6).write(path.parent.parent / "aside").replace(path)
        return entries

    monkeypatch.setattr(intake, "load_group", replaced_meanwhile)
    assert statuses(load(settings)) == ["accepted"]
    assert path.read_bytes() == a_delivery(people=6).zipped()
    assert files(settings, "archive") == []


def test_a_load_that_is_interrupted_reads_no_further(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(intake, "load_group", interrupted)
    paths = [a_delivery(plie_id).land(settings) for plie_id in (PLIE, OTHER, "PLIE-38-02")]
    with pytest.raises(KeyboardInterrupt):
        load(settings)
    assert all(path.exists() for path in paths)
    assert column(settings, "select count(*) from raw.deliveries") == [0]
