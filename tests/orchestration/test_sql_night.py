"""`plie sql --night`: the marts of a lake as they stood at the end of a night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import writing
from orchestration.cli.console import CommandFailed
from orchestration.cli.sql_prompt import open_night, show
from tests.ingestion.test_lake_erasing import as_if_on
from tests.postgres_server import PostgresServer


def test_a_file_keeps_no_nights(settings: Settings) -> None:
    with pytest.raises(CommandFailed, match="PLIE_ENGINE=ducklake"), open_night(settings, date(2026, 1, 1)):
        pass


@pytest.mark.postgres
def test_marts_are_shown_as_a_night_left_them(
    lake: Settings, postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    today = datetime.now(UTC).date()
    nights = [today - timedelta(days=days) for days in (3, 2, 1)]
    with pytest.raises(CommandFailed, match="plie load"), open_night(lake, today):
        pass
    for night in nights:
        with writing(lake, "test") as connection:
            if night != nights[0]:
                connection.execute("create schema if not exists marts")
                connection.execute(f"create or replace table marts.indicators as select '{night}' as night")
        as_if_on(lake, postgres, night)
    for night in nights[1:]:
        with open_night(lake, night) as connection:
            show(connection, "from indicators", as_csv=True)
        assert capsys.readouterr().out == f"night\n{night}\n"
    with pytest.raises(CommandFailed, match="nothing had been built"), open_night(lake, nights[0]):
        pass
    with pytest.raises(CommandFailed, match=f"nights go from {nights[0]}"), open_night(lake, date(2020, 1, 1)):
        pass
