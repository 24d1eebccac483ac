-- Each rate or mean of a territory beside the lowest and the highest of its PLIE.
with

rates as (
    select cells.*
    from reconciliation_cells as cells
    inner join reconciliation_shown as shown using (indicator_id, category)
    where cells.year = $year and shown.measure = 'denominator'
),

placed as (
    select
        rates.indicator_id,
        rates.category,
        rates.value,
        unnest(['national', 'region', 'departement']) as scope,
        unnest([plie.national, plie.region, plie.departement]) as scope_id
    from rates
    inner join reconciliation_plie as plie on rates.scope_id = plie.plie_id
    where rates.scope = 'plie'
),

ranges as (
    select
        scope,
        scope_id,
        indicator_id,
        category,
        min(value) as low,
        max(value) as high
    from placed
    where scope_id is not null and value is not null
    group by all
)

select
    $relation_id as relation_id,
    scope,
    scope_id,
    indicator_id || '|' || category || '|value' as item,
    rates.value as observed,
    ranges.low,
    ranges.high,
    rates.value < ranges.low - 1e-9 * greatest(1, abs(ranges.low))
    or rates.value > ranges.high + 1e-9 * greatest(1, abs(ranges.high)) as is_broken
from rates
inner join ranges using (scope, scope_id, indicator_id, category)
where rates.value is not null
