{{ config(meta={'dagster': {'ref': {'name': 'indicators'}}}) }}
-- Each category of each indicator has one row in every scope, year and perimeter in which at least one PLIE is in its
-- base, with the number of these PLIE; and there is no other row. `surplus` is 1 for a row that is missing, negative
-- for one that is too many.
with

expected as (
    select
        categories.indicator_id,
        categories.category,
        scopes.year,
        scopes.perimeter,
        scopes.scope,
        scopes.scope_id,
        count(*) as n_plie
    from {{ ref('int_indicator_categories') }} as categories
    inner join {{ ref('int_scopes') }} as scopes on categories.base = scopes.base
    group by
        categories.indicator_id,
        categories.category,
        scopes.year,
        scopes.perimeter,
        scopes.scope,
        scopes.scope_id
),

found as (
    select
        indicator_id,
        category,
        year,
        perimeter,
        scope,
        scope_id,
        n_plie
    from {{ ref('indicators') }}
),

compared as (
    select
        *,
        1 as side
    from expected
    union all
    select
        *,
        -1 as side
    from found
)

select
    indicator_id,
    category,
    year,
    perimeter,
    scope,
    scope_id,
    n_plie,
    sum(side) as surplus
from compared
group by indicator_id, category, year, perimeter, scope, scope_id, n_plie
having sum(side) <> 0
