"""A whole night: from the PLIE's mailboxes to the mart of nights, and the same night again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingestion.contract import open_plie_ids
from ingestion.settings import Settings
from ingestion.sources.mailbox import RemoteFile, TransportError
from ingestion.sources.remembered import TransportBusy
from orchestration import night as night_module
from orchestration.cli import app
from orchestration.last_build import Extent
from orchestration.night import Night, run_night
from orchestration.pipeline import build_and_publish
from tests.deliveries import PLIE, a_delivery
from tests.ingestion.night import OTHER
from tests.warehouse_reading import query

NIGHT = date(2022, 1, 1)
NEXT = date(2022, 1, 2)
UNREACHABLE = "PLIE-75-01"


class Folders:
    """A source of plain folders `<root>/<plie_id>/depot`, of which one is never reached."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def open(self, plie_id: str) -> Iterator[Folder]:
        if plie_id == UNREACHABLE:
            raise TransportError("sftp.example.fr:22 refuses connections", lasting=True)
        yield Folder(self.root / plie_id)


class Folder:
    """The mailbox of one PLIE in a folder."""

    files_grow = False

    def __init__(self, place: Path) -> None:
        self.place = place

    def waiting(self) -> list[RemoteFile]:
        paths = sorted((self.place / "depot").glob("*"))
        return [RemoteFile(path.name, path.stat().st_size, str(path.stat().st_mtime_ns)) for path in paths]

    def read(self, file: RemoteFile) -> Iterator[bytes]:
        yield (self.place / "depot" / file.name).read_bytes()

    def is_unchanged(self, file: RemoteFile) -> bool:
        return True

    def move_away(self, name: str) -> None:
        raise NotImplementedError

    def put_back(self, name: str, content: bytes) -> None:
        (self.place / "retour").mkdir(parents=True, exist_ok=True)
        (self.place / "retour" / name).write_bytes(content)


@pytest.fixture
def mailboxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of the mailboxes, from which nights fetch."""
    root = tmp_path / "boxes"
    monkeypatch.setattr(night_module, "configured_source", lambda settings: Folders(root))
    return root


def one_night(settings: Settings, night: date = NIGHT) -> Night:
    return run_night(settings, night)


def status_of(night: Night) -> dict[str, str]:
    return {row.plie_id: row.status for row in night.recorded}


def test_a_night_fetches_loads_acknowledges_and_records_each_plie(settings: Settings, mailboxes: Path) -> None:
    a_delivery().write(mailboxes / PLIE / "depot")
    (a_delivery(OTHER).write(mailboxes / OTHER / "depot")).write_bytes(b"no zip")
    statuses = status_of(one_night(settings))
    assert list(statuses) == open_plie_ids(NIGHT)
    told = {plie_id: status for plie_id, status in statuses.items() if status != "nothing_received"}
    assert told == {PLIE: "accepted", OTHER: "refused", UNREACHABLE: "transport_error"}
    returned = json.loads((mailboxes / PLIE / "retour" / f"{a_delivery().file_name}.ack.json").read_text("utf-8"))
    assert returned["status"] == "accepted"
    assert sorted(path.suffix for path in (mailboxes / OTHER / "retour").iterdir()) == [".html", ".json"]


def test_the_same_night_again_changes_nothing(settings: Settings, mailboxes: Path) -> None:
    a_delivery().write(mailboxes / PLIE / "depot")
    one_night(settings)
    tables = ("deliveries", "findings", "night_outcomes", "parcours", "loaded_plie")
    before = [query(settings, f"from raw.{table} order by all") for table in tables]
    returned = {path: path.stat().st_mtime_ns for path in (mailboxes / PLIE / "retour").iterdir()}
    again = one_night(settings)
    assert again.outcomes == ()
    assert [query(settings, f"from raw.{table} order by all") for table in tables] == before
    assert {path: path.stat().st_mtime_ns for path in (mailboxes / PLIE / "retour").iterdir()} == returned


def test_only_the_plie_that_are_asked_for_are_fetched_loaded_and_recorded(settings: Settings, mailboxes: Path) -> None:
    for plie_id in (PLIE, OTHER):
        a_delivery(plie_id).write(mailboxes / plie_id / "depot")
    assert status_of(run_night(settings, NIGHT, [OTHER])) == {OTHER: "accepted"}
    assert query(settings, "select plie_id from raw.night_outcomes") == [(OTHER,)]
    assert status_of(one_night(settings))[PLIE] == "accepted"


def test_a_silent_night_builds_the_mart_of_nights_alone_and_the_same_one_nothing(
    settings: Settings, mailboxes: Path
) -> None:
    a_delivery().write(mailboxes / PLIE / "depot")
    one_night(settings)
    assert build_and_publish(settings).plan.extent is Extent.EVERYTHING
    one_night(settings)
    assert build_and_publish(settings).plan.extent is Extent.NOTHING
    with duckdb.connect(str(settings.snapshot), read_only=True) as snapshot:
        figures = snapshot.execute("from marts.indicators order by all").fetchall()
    assert figures
    one_night(settings, NEXT)
    built = build_and_publish(settings)
    assert built.plan.extent is Extent.NIGHTS
    assert {name for name in built.seconds if name.startswith(("int_", "fct_", "indicators"))} == {"fct_nights"}
    with duckdb.connect(str(settings.snapshot), read_only=True) as snapshot:
        assert snapshot.execute("from marts.indicators order by all").fetchall() == figures
        nights = snapshot.execute(
            "select night_on, status, is_reached, n_nights_since_accepted from marts.fct_nights"
            f" where plie_id in ('{PLIE}', '{UNREACHABLE}') order by plie_id, night_on"
        ).fetchall()
    assert nights == [
        (NIGHT, "accepted", True, 0),
        (NEXT, "nothing_received", True, 1),
        (NIGHT, "transport_error", False, None),
        (NEXT, "transport_error", False, None),
    ]
    assert build_and_publish(settings).plan.extent is Extent.NOTHING


def test_the_command_runs_a_night_from_landing_and_says_what_came_of_it(settings: Settings) -> None:
    a_delivery().land(settings)
    result = CliRunner().invoke(app, ["night", "--no-build", "--data", str(settings.data)])
    assert result.exit_code == 0, result.output
    assert "Deliveries: 1 accepted" in result.output
    assert "nothing_received" in result.output
    assert query(settings, "select status from raw.night_outcomes where n_deliveries > 0") == [("accepted",)]


def test_the_command_says_which_setting_of_the_source_is_wrong(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLIE_SOURCE", "sftp")
    result = CliRunner().invoke(app, ["night", "--data", str(settings.data)])
    assert result.exit_code == 1
    assert "PLIE_SFTP_HOST" in str(result.exception)


def test_a_setting_that_cannot_be_read_is_wrong_use_and_its_value_is_not_repeated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLIE_SMTP_PORT", "geheim")
    result = CliRunner().invoke(app, ["night", "--data", str(settings.data)])
    assert result.exit_code == 2
    assert "PLIE_SMTP_PORT" in result.output
    assert "geheim" not in result.output


def test_what_is_loaded_by_day_counts_for_the_night_of_its_date(settings: Settings) -> None:
    a_delivery().land(settings)
    result = CliRunner().invoke(app, ["load", "--data", str(settings.data)])
    assert result.exit_code == 0, result.output
    assert query(settings, "select plie_id, status, is_reached from raw.night_outcomes") == [(PLIE, "accepted", None)]


def test_a_night_whose_acknowledgements_cannot_be_returned_is_recorded_all_the_same(
    settings: Settings, mailboxes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise TransportBusy("Another process fetches deliveries.")

    a_delivery().write(mailboxes / PLIE / "depot")
    with monkeypatch.context() as patched:
        patched.setattr(night_module, "put_back", busy)
        assert status_of(one_night(settings))[PLIE] == "accepted"
    assert not (mailboxes / PLIE / "retour").exists()
    one_night(settings, NEXT)
    assert len(list((mailboxes / PLIE / "retour").iterdir())) == 2
