"""`plie sql`: reads the snapshot, shows it well, changes nothing."""

from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from orchestration.cli.console import CommandFailed
from orchestration.cli.sql_prompt import SHOWN_ROWS, harmless, open_snapshot, show


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path)
    settings.published.mkdir()
    with duckdb.connect(str(settings.snapshot)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.numbers as select range as n, 'côté ' || range as label from range(1000)"
        )
    return settings


def test_a_query_is_shown_as_a_table(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with open_snapshot(settings) as connection:
        show(connection, "select label, n, null as missing from numbers where n = 7")
    printed = capsys.readouterr().out
    assert "label" in printed
    assert "côté 7" in printed
    assert "(1 row)" in printed
    assert "None" not in printed


def test_a_long_result_is_cut_and_says_so(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with open_snapshot(settings) as connection:
        show(connection, "from numbers")
    printed = capsys.readouterr().out
    assert f"only the first {SHOWN_ROWS} rows" in printed


def test_csv_holds_every_row(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with open_snapshot(settings) as connection:
        show(connection, "select n, label from numbers order by n", as_csv=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "n,label"
    assert lines[1000] == "999,côté 999"
    assert len(lines) == 1001


def test_a_query_without_rows_still_shows_its_columns(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with open_snapshot(settings) as connection:
        show(connection, "select n from numbers where false")
    printed = capsys.readouterr().out
    assert "n" in printed
    assert "(0 rows)" in printed


@pytest.mark.parametrize("query", ["delete from numbers", "create table other (n integer)", "drop table numbers"])
def test_nothing_can_be_changed(settings: Settings, query: str) -> None:
    with open_snapshot(settings) as connection, pytest.raises(CommandFailed, match="read-only"):
        show(connection, query)


def test_no_other_file_of_the_machine_can_be_read(settings: Settings) -> None:
    with open_snapshot(settings) as connection, pytest.raises(CommandFailed, match=r"(?i)disabled|permission"):
        show(connection, "select * from read_csv('/etc/passwd')")


def test_a_wrong_query_gives_the_reason(settings: Settings) -> None:
    with open_snapshot(settings) as connection, pytest.raises(CommandFailed, match="no_such_table"):
        show(connection, "select * from no_such_table")


def test_without_a_snapshot_the_message_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="plie build"), open_snapshot(Settings(data=tmp_path)):
        pass


@pytest.mark.parametrize("text", ["=1+1", "+33", "-x", "@SUM(A1)", "\tx"])
def test_text_that_begins_like_a_formula_is_quoted_in_csv(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["a=1", "", None, -3, 2.5])
def test_other_cells_stand_in_csv_as_they_are(cell: object) -> None:
    assert harmless(cell) == cell


def test_rows_wider_than_the_screen_are_shown_a_line_a_column(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = ", ".join(f"'value {n}' as a_rather_long_name_{n}" for n in range(12))
    with open_snapshot(settings) as connection:
        show(connection, f"select {columns}")
    printed = capsys.readouterr().out
    assert "row 1" in printed
    for n in range(12):
        assert [f"a_rather_long_name_{n}", "value", str(n)] in [line.split() for line in printed.splitlines()]


def test_text_in_brackets_is_shown_as_it_is(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with open_snapshot(settings) as connection:
        show(connection, "select '[red]rouge[/red]' as label")
    assert "[red]rouge[/red]" in capsys.readouterr().out
