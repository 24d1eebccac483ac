"""Reads the figures of the editions in play by place: what is shown, where, and how places are nested in one another.

A place is a list of PLIE with the content of each in one year. So a department with one PLIE is its PLIE, and a PLIE
that no later edition changed is one place in all editions: what one of them shows, all of them show.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from consolidation.disclosure.relations import CodeGroups

_ROWS = """
create or replace temp table disclosure_rows as
with register as ({register}),
former as (select * from published.indicators where edition_id <> $1),
rows as (
    select
        frozen.*,
        catalogue.base,
        frozen.edition_id = $1 as is_current,
        former.suppressed is not null as was_out,
        former.numerator is not null as was_numerator_shown,
        former.denominator is not null as was_denominator_shown,
        former.n_missing is not null as was_missing_shown
    from consolidation.indicators as frozen
    inner join nomenclature.indicator_catalogue as catalogue using (indicator_id)
    left join former using (edition_id, indicator_id, year, perimeter, scope, scope_id, category)
    where frozen.perimeter = 'complete' and catalogue.base <> 'register'
        and (frozen.edition_id = $1 or frozen.edition_id in (select edition_id from former))
),
contents as (
    select
        edition_id, base, year, scope_id as plie_id,
        md5(string_agg(
            concat_ws('|', indicator_id, category, numerator, coalesce(denominator, -1), coalesce(n_missing, -1)),
            ';' order by indicator_id, category
        )) as content
    from rows
    where scope = 'plie'
    group by edition_id, base, year, scope_id
),
members as (
    select
        contents.*,
        unnest(['national', 'region', 'departement', 'plie']) as scope,
        unnest(['FR', register.region_code, register.department_code, contents.plie_id]) as scope_id
    from contents
    left join register using (edition_id, plie_id)
),
places as (
    select
        edition_id, base, year, scope, scope_id,
        md5(concat_ws(';', year, base, string_agg(plie_id || ':' || content, ';' order by plie_id))) as place
    from members
    where scope_id is not null
    group by edition_id, base, year, scope, scope_id
)
select rows.*, places.place
from rows
inner join places using (edition_id, base, year, scope, scope_id)
"""

_ITEMS = """
create or replace temp table disclosure_items as
with contributions as (
    select
        parts.edition_id, parts.indicator_id, parts.year, parts.category, parts.numerator, parts.denominator,
        register.region_code, register.department_code
    from disclosure_rows as parts
    left join ({register}) as register on parts.edition_id = register.edition_id and parts.scope_id = register.plie_id
    where parts.scope = 'plie' and (parts.base like 'survey:funding%' or parts.base like 'survey:allocation%')
),
largest as (
    select
        edition_id, indicator_id, year, category,
        unnest(['national', 'region', 'departement']) as scope,
        unnest(['FR', region_code, department_code]) as scope_id,
        numerator, denominator
    from contributions
),
dominant as (
    select
        edition_id, indicator_id, year, category, scope, scope_id,
        max(numerator) as largest_numerator, max(denominator) as largest_denominator
    from largest
    where scope_id is not null
    group by all
)
select
    cast(row_number() over (order by place, indicator_id, category) as integer) - 1 as item,
    place,
    year,
    indicator_id,
    category,
    any_value(numerator) as numerator,
    any_value(denominator) as denominator,
    any_value(n_missing) as n_missing,
    any_value(n_plie) as n_plie,
    coalesce(any_value(largest_numerator), any_value(numerator)) as largest_numerator,
    coalesce(any_value(largest_denominator), any_value(denominator)) as largest_denominator,
    list(distinct scope order by scope) as scopes,
    bool_or(was_out) as was_out,
    bool_or(was_numerator_shown) as was_numerator_shown,
    bool_or(was_denominator_shown) as was_denominator_shown,
    bool_or(was_missing_shown) as was_missing_shown
from disclosure_rows
left join dominant using (edition_id, indicator_id, year, category, scope, scope_id)
group by place, year, indicator_id, category
"""

_NESTED = """
with placed as (
    select distinct edition_id, base, year, scope, scope_id, place from disclosure_rows
),
parts as (
    select
        part.*,
        coalesce(
            case when part.scope = 'plie' then plie.department_code end,
            case part.scope when 'plie' then plie.region_code when 'departement' then home.region_code end,
            'FR'
        ) as whole_id,
        case
            when part.scope = 'plie' and plie.department_code is not null then 'departement'
            when part.scope = 'plie' and plie.region_code is not null then 'region'
            when part.scope = 'departement' and home.region_code is not null then 'region'
            else 'national'
        end as whole_scope
    from placed as part
    left join ({register}) as plie
        on part.scope = 'plie' and part.edition_id = plie.edition_id and part.scope_id = plie.plie_id
    left join (
        select edition_id, department_code, min(region_code) as region_code
        from ({register}) where department_code is not null group by all
    ) as home
        on part.scope = 'departement' and part.edition_id = home.edition_id and part.scope_id = home.department_code
    where part.scope <> 'national'
)
select whole.place, list(distinct parts.place order by parts.place)
from parts
inner join placed as whole
    on parts.edition_id = whole.edition_id and parts.base = whole.base and parts.year = whole.year
        and parts.whole_scope = whole.scope and parts.whole_id = whole.scope_id
where whole.place <> parts.place
group by parts.edition_id, whole.place
order by 1, 2
"""

_YEARS = """
select distinct later.place, earlier.place
from disclosure_rows as later
inner join disclosure_rows as earlier
    on later.edition_id = earlier.edition_id and later.scope = earlier.scope and later.scope_id = earlier.scope_id
        and earlier.year = later.year - 1
where later.indicator_id = 'active.participants' and earlier.indicator_id = 'active.participants'
order by 1, 2
"""


@dataclass(frozen=True)
class Item:
    """One figure of one place, as it stands in one or more rows of the editions in play.

    `number` is its `item` in the table `disclosure_items`; `was_out` says whether a former edition has it, the other
    `was_…` what of it former editions show; `largest_…` is the part of the PLIE that gives most (euros; elsewhere the
    figure itself).
    """

    number: int
    place: str
    year: int
    indicator_id: str
    category: str
    numerator: float
    denominator: float | None
    n_missing: int | None
    n_plie: int
    largest_numerator: float
    largest_denominator: float | None
    scopes: list[str]
    was_out: bool
    was_numerator_shown: bool
    was_denominator_shown: bool
    was_missing_shown: bool


@dataclass(frozen=True)
class Places:
    """All figures of the editions in play, and how their places are tied together."""

    items: list[Item]
    nested: list[tuple[str, tuple[str, ...]]]
    years: list[tuple[str, str]]
    groups: CodeGroups


def _register(connection: duckdb.DuckDBPyConnection) -> str:
    """A query of the register at the moment of each edition."""
    frozen = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'consolidation' and table_name = 'edition_register'"
    ).fetchone()
    if frozen and frozen[0]:
        return "select edition_id, plie_id, department_code, region_code from consolidation.edition_register"
    return (
        "select edition_id, plie_id, department_code, region_code from marts.dim_plie"
        " cross join (select distinct edition_id from consolidation.indicators)"
    )


def read_places(connection: duckdb.DuckDBPyConnection, edition_id: str) -> Places:
    """Reads the edition and every other one that is published; leaves the temporary tables `disclosure_rows` and
    `disclosure_items`, whose `item` is the place of an item in the list.

    Raises:
        ValueError: the edition has no indicators.
    """
    register = _register(connection)
    connection.execute(_ROWS.format(register=register), [edition_id])
    connection.execute(_ITEMS.format(register=register))
    if connection.execute("select count(*) from disclosure_rows where is_current").fetchone() == (0,):
        raise ValueError(f"Edition {edition_id} has no frozen indicators.")
    items = [Item(*row) for row in connection.execute("select * from disclosure_items order by item").fetchall()]
    nested = {
        (whole, tuple(parts)) for whole, parts in connection.execute(_NESTED.format(register=register)).fetchall()
    }
    codes = connection.execute(
        """select list, "group", code from nomenclature.code_lists
        where list = 'FINANCEUR' or (list = 'STRUCTURE' and "group" = 'IAE') order by all"""
    ).fetchall()
    funders: dict[str, tuple[str, ...]] = {}
    for code_list, group, code in codes:
        if code_list == "FINANCEUR":
            funders[group] = (*funders.get(group, ()), code)
    iae = tuple(code for code_list, _, code in codes if code_list == "STRUCTURE")
    return Places(
        items=items,
        nested=sorted(nested),
        years=connection.execute(_YEARS).fetchall(),
        groups=CodeGroups(funders, iae),
    )
