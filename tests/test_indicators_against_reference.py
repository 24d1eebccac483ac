"""`marts.indicators` against a second computation, made apart from the same written definitions, and against a count by hand."""

from __future__ import annotations

import math
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from ingestion.settings import PROJECT_ROOT, load_settings
from tests.reference_indicators import written
from tests.reference_indicators.reference import Figures, Key, indicators
from tests.reference_indicators.rows import World
from tests.reference_indicators.world import random_world

SEEDS = (1, 2, 3)
CATALOGUE = written.catalogue()
REGISTER = written.register()
COMPUTED_HERE = {id_ for id_, line in CATALOGUE.lines.items() if line["base"] in ("transfers", "register")}

Table = dict[Key, Figures]


def _world(seed: int) -> World:
    return random_world(seed, list(REGISTER.values()), CATALOGUE.codes)


def _built(world: World, data: Path) -> Table:
    """The rows of `marts.indicators` that dbt makes of this world."""
    warehouse = load_settings(data).warehouse
    world.write_into(warehouse)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PLIE_DATA", str(data))
        monkeypatch.chdir(PROJECT_ROOT)
        result = dbtRunner().invoke(
            [
                *("build", "--quiet", "--exclude-resource-type", "unit_test"),
                *("--target-path", str(data / "target"), "--log-path", str(data / "logs")),
            ]
        )
        # dbt holds the file open, with settings of its own, until it is told that nothing more comes.
        DuckDBConnectionManager.close_all_connections()
    assert result.success, result.exception or [one.message for one in result.result if one.status != "success"]
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select indicator_id, year, perimeter, scope, scope_id, category, "
            "numerator, denominator, value, n_missing, n_plie from marts.indicators"
        ).fetchall()
    table = {Key(*row[:6]): Figures(*row[6:]) for row in rows if row[0] in COMPUTED_HERE}
    assert len(table) == sum(row[0] in COMPUTED_HERE for row in rows), "two rows of marts.indicators have one key"
    return table


def _expected(world: World) -> Table:
    return indicators(world, REGISTER, CATALOGUE)


def _same(found: float | None, expected: float | None, *, exactly: bool) -> bool:
    if found is None or expected is None or exactly:
        return found == expected
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)


def _differs(key: Key, found: Figures, expected: Figures) -> bool:
    counted = key.indicator_id != "steps.mean_duration_months"
    return not (
        _same(found.numerator, expected.numerator, exactly=counted)
        and _same(found.denominator, expected.denominator, exactly=True)
        and _same(found.value, expected.value, exactly=CATALOGUE.lines[key.indicator_id]["unit"] == "count")
        and (found.n_missing, found.n_plie) == (expected.n_missing, expected.n_plie)
    )


def _assert_same_rows(found: Table, expected: Table) -> None:
    problems = [f"missing in the mart: {key}" for key in expected.keys() - found.keys()]
    problems += [f"only in the mart: {key}" for key in found.keys() - expected.keys()]
    problems += [
        f"{key}: mart {found[key]}, reference {expected[key]}"
        for key in found.keys() & expected.keys()
        if _differs(key, found[key], expected[key])
    ]
    assert not problems, f"{len(problems)} differences, among them:\n" + "\n".join(sorted(problems)[:20])
