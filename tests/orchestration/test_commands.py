"""The commands as a person types them, on a tiny campaign from landing to figures."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from ingestion.contract import registered_plie_ids
from ingestion.settings import PROJECT_ROOT
from ingestion.warehouse import writer_lock
from orchestration.cli import app
from orchestration.cli.console import CommandFailed
from tests.orchestration.conftest import Demo, plie


def read_snapshot(data: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(data / "published" / "plie_marts.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_demo_counts_each_verdict(demo: Demo) -> None:
    counts = dict(read_snapshot(demo.data, "select verdict, count(*) from marts.published_figures_check group by 1"))
    said = " · ".join(f"{counts[verdict]} {verdict}" for verdict in sorted(map(str, counts)))
    assert said in demo.printed.splitlines()


def test_the_demo_ends_with_an_edition_and_where_it_lies(demo: Demo) -> None:
    ((edition_id, n_plie, digest, is_made_up),) = read_snapshot(
        demo.data, "select edition_id, n_plie, digest, is_made_up from consolidation.editions"
    )
    assert (edition_id, n_plie, is_made_up) == ("2021.1", 128, True)
    assert f"Frozen: edition 2021.1 (données fictives), {n_plie} PLIE" in demo.printed
    assert str(digest) in demo.printed
    assert (demo.data / "published" / "open" / "2021.1" / "datapackage.json").exists()
    assert str(demo.data / "published" / "open" / "2021.1") in demo.printed


def test_the_demo_answers_its_warnings_as_what_they_are(demo: Demo) -> None:
    answers = read_snapshot(demo.data, "select distinct waived_by, reason from consolidation.edition_waivers")
    ((who, reason),) = answers
    assert who == "plie demo"
    assert str(reason).startswith("Données fictives")


def test_every_column_that_the_demo_publishes_has_a_comment(demo: Demo) -> None:
    silent = read_snapshot(
        demo.data,
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and coalesce(comment, '') = ''",
    )
    assert silent == []


def test_all_that_the_demo_writes_is_readable_by_its_owner_alone(demo: Demo) -> None:
    files = [path for path in demo.data.rglob("*") if path.is_file()]
    assert len(files) > 600
    assert [path for path in files if path.stat().st_mode & 0o077] == []


def test_the_demo_says_that_people_are_made_up(demo: Demo) -> None:
    assert "données fictives" in demo.printed
    producers = read_snapshot(
        demo.data, "select distinct producer_name from marts.fct_deliveries where mode <> 'survey'"
    )
    assert producers
    assert all("fictives" in str(producer) for (producer,) in producers)
    tales = read_snapshot(demo.data, "select description from marts.fct_action_sheets")
    assert len(tales) == 40
    assert all("fictive" in str(tale) for (tale,) in tales)


def test_the_demo_shows_published_beside_computed(demo: Demo) -> None:
    (line,) = [line for line in demo.printed.splitlines() if line.strip().startswith("F14-04")]
    assert line.count("88 %") >= 2
    assert line.rstrip().endswith("identical")


def test_a_contradiction_names_the_identity_that_it_breaks(demo: Demo) -> None:
    assert "contradictory in print: C08 (I26)" in demo.printed


def test_every_delivery_is_acknowledged_and_archived(demo: Demo) -> None:
    deliveries = read_snapshot(
        demo.data,
        "select plie_id, file_name, status, case when mode = 'survey' then delivery_id || '.xlsx' else file_name end"
        " from marts.fct_deliveries",
    )
    assert len(deliveries) == 139 + 68
    for plie_id, file_name, status, kept in deliveries:
        assert str(status).startswith("accepted")
        assert (demo.data / "archive" / str(plie_id) / str(kept)).exists()
        assert (demo.data / "outbox" / str(plie_id) / f"{file_name}.ack.json").exists()
    assert not list((demo.data / "landing").glob("*/*"))


def test_the_demo_shows_the_figures_of_the_survey_at_any_scale(demo: Demo) -> None:
    figures = [line for line in demo.printed.splitlines() if line.strip().startswith(("F24-", "PR20-09"))]
    assert len(figures) == 36
    assert [line.split()[0] for line in figures if not line.rstrip().endswith("identical")] == ["F24-26"]


def test_status_lists_each_plie_with_its_last_delivery(demo: Demo) -> None:
    result = plie("status", "--data", demo.data)
    assert result.exit_code == 0
    (line,) = [line for line in result.output.splitlines() if line.startswith("PLIE-59-06")]
    assert "accepted" in line
    assert "2016-01-01 – 2021-12-31" in line
    assert "139 PLIE have sent something" in result.output


def test_status_can_list_who_never_sent_anything(demo: Demo) -> None:
    result = plie("status", "--all", "--data", demo.data)
    listed = {line.split()[0] for line in result.output.splitlines() if line.startswith("PLIE-")}
    assert listed == registered_plie_ids()
    assert "nothing received" in result.output


def test_sql_reads_the_snapshot_while_another_process_writes(demo: Demo) -> None:
    from ingestion.settings import Settings

    settings = Settings(data=demo.data)
    with writer_lock(settings, "a load"), duckdb.connect(str(settings.warehouse)):
        result = plie("sql", "select count(*) as n from dim_plie", "--csv", "--data", demo.data)
    assert result.exit_code == 0
    assert list(csv.reader(io.StringIO(result.output))) == [["n"], [str(len(registered_plie_ids()))]]


def test_no_pseudonym_of_the_warehouse_is_in_the_snapshot(demo: Demo) -> None:
    with duckdb.connect(str(demo.data / "warehouse.duckdb"), read_only=True) as connection:
        pseudonyms = connection.execute("select participant_id from raw.participants limit 50").fetchall()
    content = (demo.data / "published" / "plie_marts.duckdb").read_bytes()
    assert len(pseudonyms) == 50
    assert not [pseudonym for (pseudonym,) in pseudonyms if pseudonym.encode() in content]


def test_a_demo_beside_real_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_bytes(b"somebody's")
    with pytest.raises(CommandFailed, match="--data"):
        app(["demo", "--scale", "0.01", "--data", str(tmp_path)], standalone_mode=False)


def test_a_refused_delivery_ends_the_load_with_code_1(tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "PLIE-59-06"
    folder.mkdir(parents=True)
    (folder / "PLIE-59-06_20211231T220000Z.zip").write_bytes(b"not a zip")
    command = [sys.executable, "-m", "orchestration.cli", "load", "--data", str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "refused" in done.stdout
    assert "1 of 1 deliveries were not loaded" in done.stderr


def test_wrong_use_ends_with_code_2(tmp_path: Path) -> None:
    assert plie("load", "PLIE-XX-01", "--data", tmp_path).exit_code == 2
    assert plie("nonsense").exit_code == 2


def test_status_before_any_load_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="plie load"):
        app(["status", "--data", str(tmp_path)], standalone_mode=False)


COMMANDS_WITH_DATA = [
    *("demo", "sample", "load", "release", "purge", "build", "status", "sql"),
    *("consolidate", "editions", "diff", "trace", "publish", "rebuild"),
]


@pytest.mark.parametrize("command", COMMANDS_WITH_DATA)
def test_each_command_explains_itself(command: str) -> None:
    result = plie(command, "--help")
    assert result.exit_code == 0
    assert "--data" in result.output
