"""The small edition of `published_rows` with what sheets need: exact own figures, deliveries, findings, checks."""

from __future__ import annotations

import duckdb

from tests.reporting import published_rows
from tests.reporting.published_rows import EDITION as EDITION
from tests.reporting.published_rows import value

SMALL = "7"
EXACT = "1\u202f400"
"""Entries of P1, which the sheet of another PLIE must not hold."""
HIDDEN_ELSEWHERE = "3\u202f333"
"""A figure of the region that disclosure control hides."""

OWN = [
    # indicator, year, plie, category, numerator, denominator
    ("entries.total", 2020, "P1", "TOTAL", 1200, None),
    ("entries.total", 2021, "P1", "TOTAL", 1400, None),
    ("entries.total", 2021, "P2", "TOTAL", 7, None),
    ("entries.total", 2021, "P3", "TOTAL", 123, None),
    ("entries.by_sex", 2021, "P1", "F", 700, 1400),
    ("entries.by_sex", 2021, "P1", "H", 700, 1400),
    ("entries.by_sex", 2021, "P2", "F", 3, 7),
    ("entries.by_sex", 2021, "P2", "H", 4, 7),
    ("steps.per_participant", 2021, "P1", "TOTAL", 2400, 1900),
]


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Fills the tables of editions, and the marts that a sheet reads."""
    published_rows.write(connection)
    connection.execute(
        "insert into published.indicators (edition_id, indicator_id, year, perimeter, scope, scope_id, category,"
        f" n_plie, suppressed) values ('{EDITION}', 'entries.by_sex', 2021, 'complete', 'region', '32', 'F', 2, true)"
    )
    connection.execute(
        "insert into consolidation.indicators (edition_id, indicator_id, year, perimeter, scope, scope_id, category,"
        f" numerator, n_plie) values ('{EDITION}', 'entries.by_sex', 2021, 'complete', 'region', '32', 'F', 3333, 2)"
    )
    connection.executemany(
        "insert into consolidation.edition_plie (edition_id, plie_id, coverage_from, coverage_to, name)"
        f" values ('{EDITION}', ?, '2016-01-01', '2021-12-31', ?)",
        [(row[0], row[1]) for row in published_rows.REGISTER],
    )
    connection.executemany(
        "insert into consolidation.indicators (edition_id, indicator_id, year, perimeter, scope, scope_id, category,"
        f" numerator, denominator, value, n_missing, n_plie) values ('{EDITION}', ?, ?, 'complete', 'plie', ?, ?, ?, ?,"
        " ?, 2, 1)",
        [(name, year, plie, code, top, low, value(name, top, low)) for name, year, plie, code, top, low in OWN],
    )
    connection.execute(
        f"insert into consolidation.edition_deliveries values ('{EDITION}', 'P1', 'D1', 'f.zip', 'ab', 'full', 'f.zip')"
    )
    connection.execute(
        "insert into consolidation.checks (edition_id, check_id, suite, severity, status, plie_id, message_fr)"
        f" values ('{EDITION}', 'c', 's', 'warning', 'fail', 'P1', 'Les sorties ont beaucoup baissé.')"
    )
    connection.execute("create schema marts")
    connection.execute(
        "create table marts.fct_deliveries as select 'D1' as delivery_id, timestamp '2022-01-10 03:00' as received_at,"
        " 'full' as mode, 9000 as n_received, 7 as n_rejected, 0 as n_warned"
    )
    connection.execute(
        "create table marts.fct_findings as"
        " select 'D1' as delivery_id, 'R05' as rule, 'reject' as severity, 7 as n_rows"
    )
