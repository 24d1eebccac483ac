"""Consolidating from the command line: freeze, list, compare, trace, publish again, and rebuild from the archive."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from consolidation.editions import list_editions
from ingestion.settings import Settings
from ingestion.warehouse import reading
from orchestration.cli import app
from orchestration.cli.console import CommandFailed
from orchestration.consolidating import consolidate
from orchestration.rebuild import rebuild
from tests.consolidation.conftest import ANSWERED, LILLE, PASSED, ROUBAIX, replace_neighbours
from tests.deliveries import CREATED, a_delivery
from tests.orchestration.conftest import plie


def fails(*arguments: object) -> str:
    with pytest.raises(CommandFailed) as failure:
        app([str(argument) for argument in arguments], standalone_mode=False)
    return str(failure.value)


@pytest.mark.usefixtures("open_gate")
def test_a_consolidation_builds_freezes_and_publishes(campaign: Settings) -> None:
    a_delivery(ROUBAIX, people=13, created=CREATED.replace(year=2022)).land(campaign)
    assert plie("load", "--data", campaign.data).exit_code == 0
    result = plie("consolidate", 2021, "--data", campaign.data, "--who", "Camille")
    assert result.exit_code == 0, result.output
    assert "Frozen: edition 2021.1 (données fictives), 3 PLIE" in result.output
    assert (campaign.published / "open" / "2021.1" / "datapackage.json").exists()
    assert (campaign.archive / "editions" / "2021.1.json").exists()
    with duckdb.connect(str(campaign.snapshot), read_only=True) as snapshot:
        assert snapshot.execute("select frozen_by from consolidation.editions").fetchall() == [("Camille",)]


@pytest.mark.usefixtures("open_gate")
def test_a_correction_is_listed_on_the_terminal_and_as_csv(corrected: Settings) -> None:
    assert "--reason" in fails("consolidate", 2021, "--data", corrected.data)
    result = plie("consolidate", 2021, "--reason", "Roubaix a complété.", "--data", corrected.data)
    assert "plie diff 2021.1 2021.2" in result.output
    shown = plie("diff", "2021.1", "2021.2", "--data", corrected.data).output
    assert f"Moved by 1 PLIE: {ROUBAIX}" in shown
    told = list(csv.DictReader(io.StringIO(plie("diff", "2021.1", "2021.2", "--csv", "--data", corrected.data).output)))
    assert f"{len(told)} figures differ" in shown
    assert {row["plie_ids"] for row in told} == {ROUBAIX}
    nation = plie("diff", "2021.1", "2021.2", "--csv", "--scope", "national", "--data", corrected.data).output
    assert {row["scope"] for row in csv.DictReader(io.StringIO(nation))} == {"national"}


def test_editions_are_listed_with_their_reason(corrected: Settings) -> None:
    listed = plie("editions", "--data", corrected.data).output
    assert "2021.1" in listed
    assert "Données fictives" in listed
    (one,) = json.loads(plie("editions", "--json", "--data", corrected.data).output)
    assert (one["edition_id"], one["n_plie"], len(one["digest"])) == ("2021.1", 3, 64)


def test_a_tampered_edition_is_named_when_editions_are_listed_or_read(corrected: Settings) -> None:
    with duckdb.connect(str(corrected.warehouse)) as connection:
        connection.execute("update consolidation.indicators set value = 1")
    for command in (
        ("editions",),
        ("diff", "2021.1", "2021.1"),
        ("trace", "exits.total", 2021, "--edition", "2021.1"),
        ("publish",),
        ("consolidate", 2021, "--reason", "Correction"),
    ):
        assert "changed after they were frozen" in fails(*command, "--data", corrected.data), command


def test_a_figure_is_traced_to_plie_rows_sql_and_deliveries(corrected: Settings) -> None:
    arguments = ("trace", "exits.by_class", 2021, "--category", "EMPLOI_DURABLE", "--scope", "departement:59")
    shown = plie(*arguments, "--edition", "2021.1", "--data", corrected.data).output
    for said in (LILLE, "edition 2021.1", "exits of this class", "from marts.fct_exits where", "int_exit_counts.sql"):
        assert said in shown
    assert "not the same" in shown
    now = json.loads(plie(*arguments, "--json", "--data", corrected.data).output)
    assert now["rows_agree"] is True
    assert now["counted"]["numerator"] == sum(share["numerator"] for share in now["plie"])
    assert all(len(delivery["sha256"]) == 64 for delivery in now["deliveries"])


def test_a_question_that_makes_no_sense_is_wrong_use_or_says_what_there_is(corrected: Settings) -> None:
    assert "TOTAL; choose one" in fails("trace", "exits.by_class", 2021, "--data", corrected.data)
    assert "2021.1" in fails("diff", "2021.1", "2021.9", "--data", corrected.data)
    assert plie("trace", "exits.total", 2021, "--scope", "Nord", "--data", corrected.data).exit_code == 2
    assert plie("diff", "2021.1", "2021.1", "--scope", "bogus", "--data", corrected.data).exit_code == 2
    running = ("trace", "exits.total", 2021, "--running", "--edition", "2021.1", "--data", corrected.data)
    assert plie(*running).exit_code == 2


def test_before_any_load_each_command_says_what_to_run(tmp_path: Path) -> None:
    assert "plie load" in fails("editions", "--data", tmp_path)
    assert "plie load" in fails("trace", "exits.total", 2021, "--data", tmp_path)


def test_an_edition_is_rebuilt_from_the_archive_alone_with_another_key_and_without_the_warehouse(
    campaign: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_neighbours(monkeypatch, PASSED, ANSWERED)
    frozen = consolidate(campaign, 2021, who="Camille").edition
    archive_only = campaign.model_copy(update={"data": tmp_path / "elsewhere"})
    shutil.copytree(campaign.archive, archive_only.archive)
    rebuilt = rebuild(archive_only, "2021.1")
    assert rebuilt.is_same
    assert rebuilt.digest == frozen.digest
    assert sorted(path.name for path in archive_only.data.iterdir()) == ["archive", "tmp"]
    assert not list(archive_only.spill.iterdir())


@pytest.mark.usefixtures("open_gate")
def test_a_rebuild_says_what_is_missing_or_differs(campaign: Settings) -> None:
    consolidate(campaign, 2021, who="Camille")
    (kept,) = (campaign.archive / ROUBAIX).iterdir()
    content = kept.read_bytes()
    kept.unlink()
    assert "PLIE-59-05" in fails("rebuild", "2021.1", "--data", campaign.data)
    kept.write_bytes(content)
    manifest = campaign.archive / "editions" / "2021.1.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"reason": null', '"reason": "autre"'))
    said = fails("rebuild", "2021.1", "--data", campaign.data)
    assert "another digest" in said
    assert "no manifest of 2020.1" in fails("rebuild", "2020.1", "--data", campaign.data)


def test_whatever_a_command_writes_is_readable_by_its_owner_alone(campaign: Settings, open_gate: None) -> None:
    root = campaign.data.parent / "fresh"
    settings = campaign.model_copy(update={"data": root})
    a_delivery(LILLE, people=12).land(settings)
    for path in (root, root / "landing", root / "landing" / LILLE):
        path.chmod(0o755)  # made by somebody else
    assert plie("load", "--data", root).exit_code == 0
    assert plie("build", "--data", root).exit_code == 0
    consolidate(settings, 2021, who="Camille")
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create table raw.unfinished as select 1")
        wal = settings.warehouse.with_name("warehouse.duckdb.wal")
        assert wal.stat().st_mode & 0o077 == 0
    written = [path for path in root.rglob("*") if "landing" not in path.parts]
    assert {"warehouse.duckdb", "pseudonym.key", "plie_marts.duckdb", "2021.1.json", "indicators.csv"} <= {
        path.name for path in written
    }
    assert [path for path in written if path.stat().st_mode & 0o077 and path.parent.name != LILLE] == []


def test_an_edition_that_was_taken_away_whole_is_missed(campaign: Settings, open_gate: None) -> None:
    consolidate(campaign, 2021, who="Camille")
    with duckdb.connect(str(campaign.warehouse)) as connection:
        connection.execute("drop schema consolidation cascade")
        connection.execute("drop schema published cascade")
    assert "2021.1, which the warehouse does not know" in fails("editions", "--data", campaign.data)
    assert "2021.1, which the warehouse does not know" in fails("consolidate", 2021, "--data", campaign.data)
    with reading(campaign) as connection:
        assert list_editions(connection) == []


def test_what_needs_no_build_to_be_refused_is_refused_before_it(corrected: Settings, tmp_path: Path) -> None:
    a_delivery(ROUBAIX, people=16, created=CREATED.replace(year=2023)).land(corrected)
    assert plie("load", "--data", corrected.data).exit_code == 0
    before = corrected.snapshot.stat().st_mtime_ns
    assert "--reason" in fails("consolidate", 2021, "--data", corrected.data)
    assert "telephone" in fails("consolidate", 2021, "--reason", "Appeler le 06 12 34 56 78", "--data", corrected.data)
    assert corrected.snapshot.stat().st_mtime_ns == before
    assert "plie load" in fails("consolidate", 2021, "--data", tmp_path / "nowhere")
    assert not (tmp_path / "nowhere" / "warehouse.duckdb").exists()


def test_editions_survive_a_purge(corrected: Settings) -> None:
    from consolidation.editions import verify_editions
    from ingestion.loading.purge import purge

    purged = purge(corrected, 0, "Camille")
    assert [item.delivery_id[:10] for item in purged] == [ROUBAIX]
    with reading(corrected) as connection:
        verify_editions(connection)
        assert [known.edition_id for known in list_editions(connection)] == ["2021.1"]
