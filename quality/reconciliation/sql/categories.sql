-- Every cell that the catalogue promises, in each territory where one cell of the same base stands.
with

territories as (
    select distinct
        shown.base,
        cells.scope,
        cells.scope_id
    from reconciliation_cells as cells
    inner join reconciliation_shown as shown using (indicator_id, category)
    where cells.year = $year
),

promised as (
    select
        territories.scope,
        territories.scope_id,
        shown.indicator_id,
        shown.category
    from territories
    inner join reconciliation_shown as shown on territories.base = shown.base and shown.measure = 'numerator'
),

found as (
    select
        scope,
        scope_id,
        indicator_id,
        category,
        count(*) as n_rows
    from reconciliation_cells
    where year = $year
    group by all
)

select
    $relation_id as relation_id,
    scope,
    scope_id,
    indicator_id || '|' || category || '|numerator' as item,
    cast(coalesce(found.n_rows, 0) as double) as observed,
    case when promised.scope is null then 0.0 else 1.0 end as low,
    case when promised.scope is null then 0.0 else 1.0 end as high,
    promised.scope is null or coalesce(found.n_rows, 0) <> 1 as is_broken
from promised
full join found using (scope, scope_id, indicator_id, category)
