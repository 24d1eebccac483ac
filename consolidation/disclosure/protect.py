"""Fills `published.indicators`: the figures of an edition with what disclosure control hides left out."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from consolidation.disclosure.choice import Unprotected, choose
from consolidation.disclosure.places import Places, read_places
from consolidation.disclosure.suppression import Suppression
from consolidation.disclosure.system import Flags, System, build_system
from consolidation.disclosure.thin import divisions
from consolidation.disclosure.thresholds import Thresholds
from ingestion.settings import Settings
from ingestion.warehouse import as_list_value

_PUBLISH = """
with decided as (
    select
        rows.edition_id, rows.indicator_id, rows.year, rows.scope, rows.scope_id, rows.category,
        items.item in (select unnest(?::json::integer[])) as row_hidden,
        items.item in (select unnest(?::json::integer[])) as denominator_hidden,
        items.item in (select unnest(?::json::integer[])) as missing_hidden
    from disclosure_rows as rows
    inner join disclosure_items as items using (place, indicator_id, category)
    where rows.is_current
)
insert into published.indicators by name
select
    frozen.edition_id, frozen.indicator_id, frozen.year, frozen.perimeter, frozen.scope, frozen.scope_id,
    frozen.category,
    case when not coalesce(row_hidden, false) then frozen.numerator end as numerator,
    case when not coalesce(row_hidden or denominator_hidden, false) then frozen.denominator end as denominator,
    case when not coalesce(row_hidden or denominator_hidden, false) then frozen.value end as value,
    case when not coalesce(row_hidden or missing_hidden, false) then frozen.n_missing end as n_missing,
    frozen.n_plie,
    coalesce(row_hidden, false) as suppressed
from consolidation.indicators as frozen
left join decided using (edition_id, indicator_id, year, scope, scope_id, category)
where frozen.edition_id = ? and frozen.perimeter = 'complete'
order by frozen.indicator_id, frozen.year, frozen.scope, frozen.scope_id, frozen.category
"""


@dataclass(frozen=True)
class Protection:
    """What disclosure control did with an edition: rows and suppressed rows by scope, hidden figures in all."""

    edition_id: str
    rows: dict[str, int]
    suppressed: dict[str, int]
    n_small: int
    n_hidden: int


def _numbers(system: System, flags: Flags, others: tuple[int, ...] = ()) -> str:
    return as_list_value([*(system.items[row].number for row in flags.nonzero()[0]), *others])


def _choose_finest(places: Places, thresholds: Thresholds) -> tuple[Suppression, tuple[int, ...]]:
    """The finest way to publish that can be proved, and the items that it leaves out."""
    failure = Unprotected("There is nothing that could be published.")
    for division in divisions(places, thresholds):
        try:
            suppression, _ = choose(build_system(division.places, thresholds))
        except Unprotected as error:
            failure = error
        else:
            return suppression, division.hidden
    raise failure


def protect(connection: duckdb.DuckDBPyConnection, edition_id: str, settings: Settings) -> Protection:
    """Publishes an edition in `published.indicators`, after any edition that is published already.

    The rows of this edition there are replaced; what other published editions show or hide is taken into account.
    It neither begins nor commits a transaction. The same input gives the same rows on any machine.

    Raises:
        Unprotected: former editions have shown so much that a figure cannot be hidden any more.
        ValueError: the edition has no frozen indicators.
        KeyError: an indicator is not described in `consolidation.disclosure.concepts`.
    """
    places = read_places(connection, edition_id)
    suppression, left_out = _choose_finest(places, Thresholds.of(settings))
    system = suppression.system
    connection.execute("delete from published.indicators where edition_id = ?", [edition_id])
    connection.execute(
        _PUBLISH,
        [
            _numbers(system, suppression.row_hidden, left_out),
            _numbers(system, suppression.denominator_hidden),
            _numbers(system, suppression.missing_hidden),
            edition_id,
        ],
    )
    connection.execute("drop table disclosure_rows; drop table disclosure_items")
    counted = connection.execute(
        "select scope, count(*), count(*) filter (where suppressed) from published.indicators"
        " where edition_id = ? group by scope order by scope",
        [edition_id],
    ).fetchall()
    return Protection(
        edition_id,
        rows={scope: rows for scope, rows, _ in counted},
        suppressed={scope: suppressed for scope, _, suppressed in counted},
        n_small=int(system.is_small.sum()),
        n_hidden=int(suppression.hidden[: system.n_figures].sum()),
    )
