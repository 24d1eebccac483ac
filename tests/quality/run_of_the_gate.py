"""A run of the gate made by hand, kept in a warehouse that holds no more than its page asks for."""

from __future__ import annotations

from datetime import datetime

import duckdb

from ingestion.settings import Settings
from quality.results import CheckResult, FailingRow, GateResult
from quality.storage import store

AT = datetime(2022, 2, 1, 3, 0)

RUN = GateResult(
    run_id="2021-run",
    year=2021,
    results=(
        CheckResult("completeness.participating", "completeness", "blocking", "pass", None, 2.0, "au moins 1", ""),
        CheckResult(
            *("exits.motive_past", "exits", "warning", "fail", "PLIE-06-01", 61.5, "entre 20 % et 38 %"),
            message_fr="« Emploi durable » : 61,5 % des sorties.",
            n_rows=2,
        ),
        CheckResult("exits.motive_past", "exits", "warning", "pass", "PLIE-06-02", 30.0, "entre 20 % et 38 %", ""),
        CheckResult(
            *("exits.early_deliveries", "exits", "warning", "fail", None, 73.4, "au plus 50 %"),
            message_fr="73,4 % des PLIE complets.",
            n_rows=1,
        ),
        CheckResult("survey.dropouts", "survey", "warning", "not_applicable", None, None, "", "Rien à juger."),
    ),
    failing_rows=(
        FailingRow("exits.motive_past", "PLIE-06-01", "Emploi durable", 61.5, "entre 20 % et 38 %"),
        FailingRow("exits.motive_past", "PLIE-06-01", "Abandon", 4.0, "entre 12 % et 25 %"),
        FailingRow("exits.early_deliveries", None, "PLIE dont la livraison date d’avant", 73.4, "au plus 50 %"),
    ),
)


def keep(settings: Settings, run: GateResult = RUN) -> None:
    """Stores a run in a warehouse with three PLIE, of which one is not complete."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute(
            "create table marts.dim_plie as select * from (values"
            " ('PLIE-06-01', 'PLIE de l''Est <b>', null::date, null::date, date '2018-01-01', date '2021-12-31'),"
            " ('PLIE-06-02', 'PLIE de l''Ouest', null, null, date '2018-01-01', date '2021-12-31'),"
            " ('PLIE-06-03', 'PLIE du Nord', null, null, date '2018-01-01', date '2021-09-30'))"
            " as register(plie_id, name, opened_on, closed_on, coverage_from, coverage_to)"
        )
        store(connection, run, AT, AT)
