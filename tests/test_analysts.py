"""The ten questions of docs/analysts.md on the national campaign: the results printed there are the results."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pytest

from docs.make_analysts import PAGE, queries, shown
from ingestion.sample import write_campaign
from ingestion.settings import Settings
from orchestration.cli.sql_prompt import open_snapshot
from orchestration.pipeline import build_and_publish, take_in

TEXT = PAGE.read_text(encoding="utf-8")
PRINTED = re.findall(r"```text\n(.*?)\n```\n", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    settings = Settings(data=tmp_path_factory.mktemp("national"), threads=2)
    write_campaign(settings)
    take_in(settings)
    build_and_publish(settings)
    with open_snapshot(settings) as connection:
        yield connection


def test_there_are_ten_questions_with_a_result_each() -> None:
    assert len(queries(TEXT)) == len(PRINTED) == len(re.findall(r"^### \d+\. .+\?", TEXT, re.MULTILINE)) == 10


@pytest.mark.parametrize("number", range(10))
def test_the_result_under_a_question_is_what_its_query_gives(number: int, snapshot: duckdb.DuckDBPyConnection) -> None:
    result = shown(snapshot, queries(TEXT)[number])
    assert result.splitlines()[1:]
    assert result == PRINTED[number]
