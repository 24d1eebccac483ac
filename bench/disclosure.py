"""Disclosure control on a whole campaign: how long it takes, what it hides, and what the separate attack then finds.

    uv run python -m bench.disclosure DATA [EDITION] [--exact]

DATA is a data root with a built warehouse (`plie demo --data DATA`). Nothing is changed there: figures are copied into
a warehouse in memory, and frozen under EDITION (2021.1). `--exact` computes the true ends of every bound, which takes
hours. Ends with 1 when the attack has found a hidden figure.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import duckdb

from consolidation.disclosure import protect
from ingestion.settings import SEEDS, Settings
from tests.disclosure_attack.verdict import FrozenRow, Verdict, attack

_SIMPLEST = """
insert into published.indicators by name
select
    * exclude (small) replace (
        if(small, null, numerator) as numerator, if(small, null, denominator) as denominator,
        if(small, null, value) as value, if(small, null, n_missing) as n_missing
    ),
    small as suppressed
from (
    select
        *,
        bool_or(
            case
                when indicator_id like 'participation.%' then false
                when indicator_id like 'funding.%' or indicator_id like 'allocation.%' then n_plie < 3
                when scope = 'plie' or category in ('RQTH', 'AAH')
                    then (numerator > 0 and numerator < 11) or coalesce(n_missing between 1 and 10, false)
                        or (indicator_id not like 'team.%' and coalesce(denominator between 1 and 10, false))
                else (numerator > 0 and numerator < 5) or coalesce(n_missing between 1 and 4, false)
                    or (indicator_id not like 'team.%' and coalesce(denominator between 1 and 4, false))
            end
        ) over ({line}) as small
    from consolidation.indicators
)
"""
"""The simplest rules: hide every row that holds a small figure, or every line of rows of one place that does."""
_RULES = {
    "row with a small cell": "partition by indicator_id, year, scope, scope_id, category",
    "line with a small cell": "partition by indicator_id, year, scope, scope_id",
}


def _warehouse(data: Path, edition_id: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"attach '{data / 'warehouse.duckdb'}' as house (read_only)")
    for schema in ("consolidation", "published", "nomenclature", "marts"):
        connection.execute(f"create schema {schema}")
    connection.execute(
        "create table consolidation.indicators as select ?::varchar as edition_id, * from house.marts.indicators"
        " where perimeter = 'complete'",
        [edition_id],
    )
    connection.execute(
        "create table published.indicators as select *, false as suppressed from consolidation.indicators limit 0"
    )
    connection.execute("create table marts.dim_plie as from house.marts.dim_plie")
    for name in ("indicator_catalogue", "code_lists"):
        connection.execute(
            f"create table nomenclature.{name} as"
            f" from read_csv('{SEEDS / name}.csv', header = true, all_varchar = true)"
        )
    connection.execute("detach house")
    return connection


def _attack(connection: duckdb.DuckDBPyConnection, exact: bool) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "indicators.csv"
        connection.execute(f"copy published.indicators to '{path}' (header)")
        frozen: list[FrozenRow] = connection.execute(
            "select edition_id, indicator_id, year, scope, scope_id, category, numerator, denominator, n_missing"
            " from consolidation.indicators"
        ).fetchall()
        return attack(path, frozen, exact=exact)


def _shares(connection: duckdb.DuckDBPyConnection) -> str:
    found = connection.execute(
        """select
            if(indicator_id like 'funding.%' or indicator_id like 'allocation.%', 'euros', 'people') as what,
            scope,
            100 * avg(if(suppressed, 1, 0)) as hidden,
            100 * avg(if(not suppressed and value is null and numerator > 0, 1, 0))
        from published.indicators where indicator_id not like 'participation.%'
        group by all order by what desc, max(n_plie) desc, scope"""
    ).fetchall()
    return "\n".join(
        f"  {what:7} {scope:12} {hidden:6.1f} % of rows suppressed, {rates:4.1f} % more without their rate"
        for what, scope, hidden, rates in found
    )


def main(data: Path, edition_id: str, exact: bool) -> int:
    connection = _warehouse(data, edition_id)
    started, processor = time.perf_counter(), time.process_time()
    protection = protect(connection, edition_id, Settings(data=data))
    print(
        f"protect: {time.perf_counter() - started:.1f} s, {time.process_time() - processor:.1f} s of processor;"
        f" {protection.n_small:,} figures small, {protection.n_hidden:,} hidden"
    )
    print(_shares(connection))
    started = time.perf_counter()
    verdict = _attack(connection, exact)
    print(
        f"attack: {time.perf_counter() - started:.1f} s; {verdict.n_hidden:,} hidden figures, {verdict.n_exact:,} of"
        f" them bounded exactly, {len(verdict.found)} found or bounded too closely"
    )
    for bound, value, asked in verdict.found[:10]:
        print(f"  {bound.cells[0]}: {value:g} is between {bound.lower:g} and {bound.upper:g}, asked {asked:g}")
    for rule, line in _RULES.items():
        connection.execute("delete from published.indicators")
        connection.execute(_SIMPLEST.format(line=line))
        print(f"instead, every {rule}:")
        print(_shares(connection))
    return 1 if verdict.found else 0


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--exact"]
    sys.exit(main(Path(arguments[0]), arguments[1] if len(arguments) > 1 else "2021.1", "--exact" in sys.argv))
