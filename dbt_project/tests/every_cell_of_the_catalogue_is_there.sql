-- Each category of each indicator of transfers and register has one row in every scope, year and perimeter in which at
-- least one PLIE is in its base, with the number of these PLIE; and there is no other row.
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
    where categories.base in ('transfers', 'register')
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
)

(select * from expected {{ dbt.except() }} select * from found)
union all
(select * from found {{ dbt.except() }} select * from expected)
