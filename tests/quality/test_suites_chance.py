"""Chance alone raises no alarm, however small the PLIE; what is more than chance does, whatever the nation does."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import numpy as np
import pyarrow
import pytest

from quality.catalogue import catalogue
from quality.subjects import Row, rows
from quality.suites import SUITES, Check

CHECKS = {check.check_id: check for suite in SUITES for check in suite.checks}
MOTIVES_PAST, MOTIVES_PEERS = CHECKS["exits.motive_past"], CHECKS["exits.motive_peers"]
VOLUME_PAST = CHECKS["entries.volume_past"]
STEPS_PEERS = CHECKS["steps.per_person_peers"]
SHARES = (0.34, 0.18, 0.17, 0.14, 0.08, 0.06, 0.02, 0.01)

Cell = tuple[str, int, str, int, int]
Count = tuple[str, int, float, float | None]


def alarms(check: Check, found: Iterable[Row]) -> list[Row]:
    """Rows that the thresholds of the catalogue do not let pass."""
    entry = catalogue()[check.check_id]
    return [
        row
        for row in found
        if row.deviation is not None
        and (row.difference or 0) >= (entry.minimum_difference or 0)
        and not (entry.minimum or -np.inf) <= row.deviation <= (entry.maximum or np.inf)
    ]


def judge_shares(check: Check, cells: list[Cell]) -> list[Row]:
    """Rows of a check on exit motives, from (PLIE, year, motive, exits, exits in all)."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.exits_by_motive (scope varchar, perimeter varchar, scope_id varchar, year integer,"
            " exit_motive_label_fr varchar, n_exits bigint, n_exits_total bigint)"
        )
        insert(connection, "marts.exits_by_motive", [("plie", "complete", *cell) for cell in cells])
        return rows(connection, check, 2021)


def judge_counts(check: Check, counts: list[Count]) -> list[Row]:
    """Rows of a check on one indicator, from (PLIE, year, numerator, denominator)."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create schema nomenclature")
        connection.execute(
            "create table nomenclature.indicator_catalogue as select ?::varchar as indicator_id, 'un' as label_fr",
            [check.indicator],
        )
        connection.execute(
            "create table marts.indicators (indicator_id varchar, scope varchar, perimeter varchar, category varchar,"
            " scope_id varchar, year integer, numerator double, denominator double)"
        )
        fixed = (check.indicator, "plie", "complete", "TOTAL")
        insert(connection, "marts.indicators", [(*fixed, *count) for count in counts])
        return rows(connection, check, 2021)


def insert(connection: duckdb.DuckDBPyConnection, table: str, values: list[tuple[object, ...]]) -> None:
    columns = [list(column) for column in zip(*values, strict=True)]
    connection.register("drawn", pyarrow.table(columns, names=[f"c{place}" for place in range(len(columns))]))
    connection.execute(f"insert into {table} select * from drawn")


def drawn(n_plie: int, seed: int, shares_of_2021: tuple[float, ...] = SHARES) -> list[Cell]:
    """Exits by motive of PLIE of all sizes (8 to 400 exits a year), drawn with the same shares in every PLIE."""
    generator = np.random.default_rng(seed)
    cells: list[Cell] = []
    for plie in range(n_plie):
        n_exits = int(generator.integers(8, 400))
        for year in (2018, 2019, 2020, 2021):
            shares = shares_of_2021 if year == 2021 else SHARES
            for motive, count in enumerate(generator.multinomial(n_exits, shares)):
                cells.append((f"PLIE-{plie:03}", year, f"motif {motive}", int(count), n_exits))
    return cells


def flat(n_plie: int, n_exits: int, share: float = 0.5) -> list[Cell]:
    """Peers that never move: the same share of one motive in every PLIE and year."""
    count = round(n_exits * share)
    return [
        (f"PAIR-{plie}", year, "motif", count, n_exits) for plie in range(n_plie) for year in (2018, 2019, 2020, 2021)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_chance_alone_raises_no_alarm_on_shares(seed: int) -> None:
    cells = drawn(150, seed)
    assert alarms(MOTIVES_PAST, judge_shares(MOTIVES_PAST, cells)) == []
    assert alarms(MOTIVES_PEERS, judge_shares(MOTIVES_PEERS, cells)) == []


@pytest.mark.parametrize("seed", range(4))
def test_chance_alone_raises_no_alarm_on_counts_and_rates(seed: int) -> None:
    generator = np.random.default_rng(seed)
    usual = generator.integers(5, 400, 150)
    volumes = [(f"P{i}", year, float(generator.poisson(n)), None) for i, n in enumerate(usual) for year in (2020, 2021)]
    assert alarms(VOLUME_PAST, judge_counts(VOLUME_PAST, volumes)) == []
    steps = [(f"P{i}", 2021, float(generator.poisson(1.2 * n)), float(n)) for i, n in enumerate(usual)]
    assert alarms(STEPS_PEERS, judge_counts(STEPS_PEERS, steps)) == []


def test_deviations_of_chance_alone_are_spread_as_their_scale_says() -> None:
    """Were the transformation wrong, small counts would lie further out: 4 would then mean nothing."""
    found = [row for seed in range(6) for row in judge_shares(MOTIVES_PAST, drawn(150, seed))]
    deviations = np.array([row.deviation for row in found if row.deviation is not None])
    assert len(deviations) == 6 * 150 * len(SHARES)
    assert np.std(deviations) == pytest.approx(1, abs=0.1)
    assert np.mean(np.abs(deviations) > 3) < 0.005


@pytest.mark.parametrize(("n_exits", "is_alarm"), [(8, False), (30, False), (800, True)])
def test_the_same_share_alarms_in_a_large_plie_and_not_in_a_small_one(n_exits: int, is_alarm: bool) -> None:
    small = [("PLIE", year, "motif", n_exits // 2, n_exits) for year in (2018, 2019, 2020)]
    moved = ("PLIE", 2021, "motif", round(0.7 * n_exits), n_exits)
    found = judge_shares(MOTIVES_PAST, [*flat(20, 200), *small, moved])
    assert [row.plie_id for row in alarms(MOTIVES_PAST, found)] == (["PLIE"] if is_alarm else [])


def test_a_movement_of_the_whole_nation_is_no_fault_of_each_plie() -> None:
    moved = (0.14, 0.38, *SHARES[2:])
    assert alarms(MOTIVES_PAST, judge_shares(MOTIVES_PAST, drawn(150, 0, shares_of_2021=moved))) == []


def test_a_plie_that_stays_behind_when_the_nation_moves_is_noticed() -> None:
    moved = [(plie, year, motive, 140 if year == 2021 else 60, 200) for plie, year, motive, _, _ in flat(20, 200)]
    stayed = [("PLIE", year, "motif", 180, 600) for year in (2018, 2019, 2020, 2021)]
    found = judge_shares(MOTIVES_PAST, [*moved, *stayed])
    assert [row.plie_id for row in alarms(MOTIVES_PAST, found)] == ["PLIE"]


def test_few_plie_are_judged_against_chance_alone() -> None:
    """With fewer peers than the catalogue asks for, nobody says what is usual: a jump in one of three is not hidden."""
    jump = [("PLIE", year, "motif", 250 if year == 2021 else 100, 400) for year in (2018, 2019, 2020, 2021)]
    found = judge_shares(MOTIVES_PAST, [*flat(2, 400), *jump])
    assert [row.plie_id for row in alarms(MOTIVES_PAST, found)] == ["PLIE"]
    assert all(row.deviation is None for row in judge_shares(MOTIVES_PEERS, [*flat(2, 400), *jump]))


def test_a_plie_without_past_or_without_exits_is_not_judged() -> None:
    newcomer = ("NEU", 2021, "motif", 3, 90)
    empty = [("VIDE", year, "motif", 0, 0) for year in (2018, 2019, 2020, 2021)]
    found = {row.plie_id: row for row in judge_shares(MOTIVES_PAST, [*flat(12, 200), newcomer, *empty])}
    assert found["NEU"].deviation is None
    assert "VIDE" not in found


@pytest.mark.parametrize("check", [MOTIVES_PAST, MOTIVES_PEERS], ids=lambda check: check.check_id)
def test_what_is_shown_as_expected_is_what_is_let_pass_for_shares(check: Check) -> None:
    odd = (0.04, 0.38, 0.27, *SHARES[3:])
    cells = [*drawn(90, 0), *((f"X{plie}", *rest) for plie, *rest in drawn(10, 1, shares_of_2021=odd))]
    found = [row for row in judge_shares(check, cells) if row.deviation is not None]
    told = {id(row) for row in found if not is_inside(row)}
    judged = {id(row) for row in alarms(check, found)}
    assert judged
    assert len(told ^ judged) <= 0.02 * len(found)


@pytest.mark.parametrize("check", [VOLUME_PAST, STEPS_PEERS], ids=lambda check: check.check_id)
def test_what_is_shown_as_expected_is_what_is_let_pass_for_rates(check: Check) -> None:
    generator = np.random.default_rng(0)
    denominator = None if check is VOLUME_PAST else 150.0
    counts = [
        (f"P{i}", year, float(generator.poisson(200 * (3 if (year, i % 10) == (2021, 0) else 1))), denominator)
        for i in range(80)
        for year in (2020, 2021)
    ]
    found = [row for row in judge_counts(check, counts) if row.deviation is not None]
    assert {row.plie_id for row in found if not is_inside(row)} == {row.plie_id for row in alarms(check, found)}
    assert alarms(check, found)


def is_inside(row: Row) -> bool:
    assert row.lower is not None
    assert row.upper is not None
    assert row.observed is not None
    return row.lower <= row.observed <= row.upper
