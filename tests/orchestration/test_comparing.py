"""What differs between two warehouses is found, whatever it is; what is the same is not reported."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from orchestration.comparing import differences

WAREHOUSE = """
create schema marts;
create schema intermediate;
create table marts.exits (plie_id varchar, share double, is_positive boolean, notes struct(label varchar, n double)[]);
insert into marts.exits values
    ('PLIE-59-06', 0.1, true, [{label: 'a', n: 0.0}]),
    ('PLIE-59-06', 0.1, true, [{label: 'a', n: 0.0}]),
    ('PLIE-75-01', 0.0, null, null);
create table marts.plie as select 'PLIE-59-06' as plie_id, 2021 as year;
create table intermediate.totals as select 1.5::decimal(38, 15) as total;
create view marts.positive as select plie_id, share from marts.exits where is_positive;
"""

MINUS_ZERO = """
create or replace table marts.exits as
select * replace (
    case when share = 0 then '-0.0'::double else share end as share,
    case when notes is not null then [{label: 'a', n: '-0.0'::double}] end as notes
) from marts.exits
"""


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Settings, Settings]:
    """Two data roots with the same rows, not in the same order."""
    made = []
    for name in ("one", "other"):
        settings = Settings(data=tmp_path / name, lock_timeout=0, threads=1)
        settings.data.mkdir()
        with duckdb.connect(str(settings.warehouse)) as connection:
            connection.execute(WAREHOUSE)
            if name == "other":
                connection.execute("create or replace table marts.exits as from marts.exits order by plie_id desc")
        made.append(settings)
    return made[0], made[1]


def plant(settings: Settings, statement: str) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(statement)


def test_the_same_rows_in_another_order_are_the_same(pair: tuple[Settings, Settings]) -> None:
    assert differences(*pair) == []


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("update marts.exits set is_positive = true where share = 0", [("marts.exits", 1), ("marts.exits", 1)]),
        ("update marts.exits set share = nextafter(0.1, 1) where rowid = 1", [("marts.exits", 1)] * 2),
        (MINUS_ZERO, [("marts.exits", 3)] * 2),
        ("delete from marts.exits where share = 0", [("marts.exits", 1)]),
        ("delete from marts.exits where rowid = 1", [("marts.exits", 1)]),
        ("insert into marts.plie from marts.plie", [("marts.plie", 1)]),
        ("alter table marts.plie alter year type bigint", [("marts.plie", 0)]),
        ("alter table marts.plie rename year to years", [("marts.plie", 0)]),
        ("alter table intermediate.totals alter total type decimal(38, 14)", [("intermediate.totals", 0)]),
        ("drop table marts.plie", [("marts.plie", 0)]),
        ("create table marts.another as select 1 as number", [("marts.another", 0)]),
        (
            "create or replace view marts.positive as select plie_id, share from marts.exits",
            [("marts.positive", 1)],
        ),
    ],
)
def test_one_planted_difference_is_found(
    pair: tuple[Settings, Settings], planted: str, told: list[tuple[str, int]]
) -> None:
    plant(pair[1], planted)
    found = [(difference.relation, difference.rows) for difference in differences(*pair)]
    assert [difference for difference in found if difference[0] == told[0][0]] == told
    assert {relation for relation, _ in found} <= {told[0][0], "marts.positive"}


def test_a_column_that_may_differ_is_left_out(pair: tuple[Settings, Settings]) -> None:
    plant(pair[1], "update marts.plie set year = 2022")
    assert [difference.rows for difference in differences(*pair)] == [1, 1]
    assert differences(*pair, ignored=["marts.plie.year"]) == []
