-- Each cell of a territory beside the sum over the PLIE that the register places there.
with

columns as (
    unpivot (select * exclude (value) from reconciliation_cells where year = $year)
    on numerator, denominator, n_missing, n_plie
    into name measure value amount
),

placed as (
    select
        plie_id,
        case $scope when 'national' then national when 'region' then region else departement end as scope_id
    from reconciliation_plie
),

sums as (
    select
        placed.scope_id,
        columns.indicator_id,
        columns.category,
        columns.measure,
        sum(columns.amount) as amount
    from columns
    inner join placed on columns.scope_id = placed.plie_id
    where columns.scope = 'plie' and placed.scope_id is not null
    group by placed.scope_id, columns.indicator_id, columns.category, columns.measure
),

totals as (
    select
        scope_id,
        indicator_id,
        category,
        measure,
        amount
    from columns
    where scope = $scope
)

select
    $relation_id as relation_id,
    $scope as scope,
    scope_id,
    indicator_id || '|' || category || '|' || measure as item,
    totals.amount as observed,
    sums.amount as low,
    sums.amount as high,
    coalesce(abs(totals.amount - sums.amount) > 1e-9 * greatest(1, abs(sums.amount)), true) as is_broken
from totals
full join sums using (scope_id, indicator_id, category, measure)
