"""What one edition changes to the figures of another, figure by figure, and who moved them. All of it in SQL."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from consolidation.editions.edition import Edition
from consolidation.editions.tables import RESTATEMENTS

COLUMNS = tuple(column.name for column in RESTATEMENTS.columns if column.counted != "key")

_KEY = "indicator_id, year, scope, scope_id, category"

CHANGES = f"""
with old as (from consolidation.indicators where edition_id = $old and year <= $upto),

new as (from consolidation.indicators where edition_id = $new and year <= $upto),

cells as (
    select
        {_KEY},
        old.numerator as old_numerator, old.denominator as old_denominator, old.value as old_value,
        new.numerator as new_numerator, new.denominator as new_denominator, new.value as new_value
    from old
    full join new using ({_KEY})
    where
        (old.indicator_id is null) <> (new.indicator_id is null)
        or old.numerator is distinct from new.numerator
        or old.denominator is distinct from new.denominator
        or old.value is distinct from new.value
),

places as (
    select distinct edition_id = $new as is_new, plie_id, unnest([
        {{'scope': 'national', 'scope_id': 'FR'}},
        {{'scope': 'region', 'scope_id': region_code}},
        {{'scope': 'departement', 'scope_id': department_code}},
        {{'scope': 'plie', 'scope_id': plie_id}}
    ], recursive := true)
    from consolidation.edition_register
    where edition_id in ($old, $new)
),

own as (
    select {_KEY}, scope_id as plie_id from cells where scope = 'plie'
),

moved as (
    select distinct places.plie_id, places.scope, places.scope_id
    from places
    where scope_id is not null
    group by all
    having count(*) = 1
),

movers as (
    -- a PLIE whose own figure changed, in every scope that it counts in
    select distinct own.indicator_id, own.year, own.category, places.scope, places.scope_id, own.plie_id
    from own
    inner join places on own.plie_id = places.plie_id
    where places.scope_id is not null
    union
    -- a PLIE that the register puts elsewhere than before: its figure came in or went out with it
    select cells.indicator_id, cells.year, cells.category, cells.scope, cells.scope_id, moved.plie_id
    from cells
    inner join moved on cells.scope = moved.scope and cells.scope_id = moved.scope_id
    inner join consolidation.indicators as figures
        on
            figures.edition_id in ($old, $new) and figures.scope = 'plie' and figures.scope_id = moved.plie_id
            and figures.indicator_id = cells.indicator_id and figures.year = cells.year
            and figures.category = cells.category
),

changed_deliveries as (
    select plie_id, list(distinct delivery_id order by delivery_id) as delivery_ids
    from (
        select plie_id, any_value(delivery_id) as delivery_id, sha256
        from consolidation.edition_deliveries
        where edition_id in ($old, $new)
        group by plie_id, sha256
        having count(distinct edition_id) = 1
    )
    group by plie_id
),

who as (
    select
        movers.indicator_id, movers.year, movers.scope, movers.scope_id, movers.category,
        list(movers.plie_id order by movers.plie_id) as plie_ids,
        flatten(list(coalesce(changed_deliveries.delivery_ids, []) order by movers.plie_id)) as delivery_ids
    from movers
    left join changed_deliveries on movers.plie_id = changed_deliveries.plie_id
    group by all
)

select
    $new as edition_id, $old as previous_edition_id, cells.*,
    coalesce(who.plie_ids, []) as plie_ids, coalesce(who.delivery_ids, []) as delivery_ids
from cells
left join who using ({_KEY})
"""
"""Cells that differ between two editions, over the years that both tell of. A figure that only one of them has is null
in the other. Deliveries are those of the movers that only one of the editions rests on; none when code, register or
catalogue moved the figure."""


@dataclass(frozen=True)
class Restatement:
    """One figure that two editions tell differently; None where one of them does not have it."""

    previous_edition_id: str
    indicator_id: str
    year: int
    scope: str
    scope_id: str
    category: str
    old_numerator: float | None
    old_denominator: float | None
    old_value: float | None
    new_numerator: float | None
    new_denominator: float | None
    new_value: float | None
    plie_ids: list[str]
    delivery_ids: list[str]


def compare(connection: duckdb.DuckDBPyConnection, old: Edition, new: Edition) -> list[Restatement]:
    """What changed from one edition to another over the years that both tell of, the nation first.

    Args:
        connection: it may be read-only; the editions are taken as they are (see `sealing.verify_editions`).
    """
    parameters = {"old": old.edition_id, "new": new.edition_id, "upto": min(old.year, new.year)}
    rows = connection.execute(
        f"select {', '.join(COLUMNS)} from ({CHANGES})"
        " order by list_position(['national', 'region', 'departement', 'plie'], scope), indicator_id, category, year,"
        " scope_id",
        parameters,
    ).fetchall()
    return [Restatement(*row) for row in rows]


def restate(connection: duckdb.DuckDBPyConnection, edition_id: str, previous: Edition | None) -> None:
    """Writes down what an edition changes to the one before it; nothing for the first of all."""
    if previous is None:
        return
    connection.execute(
        f"insert into consolidation.restatements by name {CHANGES}",
        {"old": previous.edition_id, "new": edition_id, "upto": previous.year},
    )
