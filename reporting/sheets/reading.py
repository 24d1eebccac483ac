"""What a sheet is made of: the PLIE's own exact figures, and what is known of the data that it sent.

Figures of the region and of the nation are those of the report: after disclosure control.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from ingestion.acknowledgement.advice import advice
from reporting.catalogue import Indicator
from reporting.edition import Edition, Programme
from reporting.figures import Figure, Figures

_OWN = """
select now.scope_id, now.indicator_id, now.year, now.category, now.numerator, now.denominator, now.value, now.n_missing,
    now.n_plie, now.value - before.value as change_points,
    100 * (now.value - before.value) / nullif(before.value, 0) as change_percent
from consolidation.indicators as now
left join consolidation.indicators as before
    on now.edition_id = before.edition_id and now.indicator_id = before.indicator_id and now.scope = before.scope
    and now.scope_id = before.scope_id and now.category = before.category and now.year = before.year + 1
where now.edition_id = ? and now.scope = 'plie'
order by now.scope_id
"""

_DELIVERIES = """
select edition.plie_id, sent.received_at, sent.mode, sent.n_received, sent.n_rejected, sent.n_warned
from consolidation.edition_deliveries as edition
inner join marts.fct_deliveries as sent using (delivery_id)
where edition.edition_id = ? and edition.mode <> 'survey'
order by edition.plie_id, sent.received_at
"""

_FINDINGS = """
select edition.plie_id, told.rule, told.severity = 'reject' as is_rejected, sum(told.n_rows)::bigint as n_rows
from consolidation.edition_deliveries as edition
inner join marts.fct_findings as told using (delivery_id)
where edition.edition_id = ? and edition.mode <> 'survey'
group by all
order by edition.plie_id, is_rejected desc, n_rows desc, told.rule
"""

_CHECKS = """
select plie_id, message_fr from consolidation.checks
where edition_id = ? and plie_id is not null and status = 'fail' and message_fr is not null
order by plie_id, suite, check_id
"""


@dataclass(frozen=True)
class Finding:
    """A rule that rows of the PLIE broke; `is_rejected` says that those rows are not counted."""

    rule: str
    is_rejected: bool
    n_rows: int
    title: str
    correction: str


@dataclass(frozen=True)
class Sent:
    """One transfer on which the edition rests; `received_at` is in UTC."""

    received_at: datetime
    mode: str
    n_received: int
    n_rejected: int
    n_warned: int


@dataclass(frozen=True)
class OwnFigures:
    """Everything that the sheet of one PLIE says; `figures` are exact, for its own people alone."""

    programme: Programme
    edition: Edition
    figures: Figures
    sent: tuple[Sent, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]
    """What the yearly quality gate noticed of it."""

    @property
    def scope(self) -> tuple[str, str]:
        return "plie", self.programme.plie_id

    def own(self, indicator_id: str, category: str = "TOTAL") -> Figure | None:
        """Its own figure, or None where the edition has none."""
        return self.figures.find(indicator_id, category, scope=self.scope)

    def region(self, indicator_id: str, category: str = "TOTAL") -> Figure | None:
        """The published figure of its region, or None where it has none."""
        code = self.programme.region_code
        return self.edition.figures.find(indicator_id, category, scope=("region", code)) if code else None

    def nation(self, indicator_id: str, category: str = "TOTAL") -> Figure | None:
        """The published national figure."""
        return self.edition.figures.find(indicator_id, category)


def read_sheets(connection: duckdb.DuckDBPyConnection, edition: Edition) -> Iterator[OwnFigures]:
    """One after the other, the participating PLIE in the order of the edition.

    Args:
        connection: the published snapshot.
    """

    def by_plie(query: str) -> dict[str, list[tuple[Any, ...]]]:
        rows = connection.execute(query, [edition.edition_id]).fetchall()
        return {plie_id: [row[1:] for row in of_one] for plie_id, of_one in groupby(rows, key=itemgetter(0))}

    own, sent, findings, remarks = (by_plie(query) for query in (_OWN, _DELIVERIES, _FINDINGS, _CHECKS))
    catalogue = edition.figures.catalogue
    for programme in edition.programmes:
        identifier = programme.plie_id
        figures = (_figure(catalogue, identifier, row) for row in own.get(identifier, ()))
        yield OwnFigures(
            programme,
            edition,
            Figures(figures, edition.year, catalogue),
            tuple(Sent(*row) for row in sent.get(identifier, ())),
            tuple(_finding(*row) for row in findings.get(identifier, ())),
            tuple(message for (message,) in remarks.get(identifier, ())),
        )


def _figure(catalogue: Mapping[str, Indicator], plie_id: str, row: tuple[Any, ...]) -> Figure:
    indicator_id, year, category, numerator, denominator, value, n_missing, n_plie, points, percent = row
    return Figure(
        catalogue[indicator_id],
        year,
        "plie",
        plie_id,
        category,
        numerator,
        denominator,
        value,
        n_missing,
        n_plie,
        suppressed=False,
        change_points=points,
        change_percent=percent,
    )


def _finding(rule: str, is_rejected: bool, n_rows: int) -> Finding:
    words = advice()[rule]
    return Finding(rule, is_rejected, n_rows, words.title, words.correction)
