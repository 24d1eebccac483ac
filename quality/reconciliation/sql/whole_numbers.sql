-- Counts are whole, and nothing is negative.
select
    $relation_id as relation_id,
    scope,
    scope_id,
    coalesce(indicator_id || '|' || category || '|' || measure, quantity) as item,
    amount as observed,
    case when amount < 0 then 0.0 else round(amount) end as low,
    case when amount < 0 then 0.0 else round(amount) end as high,
    amount < 0 or (is_whole and amount <> round(amount)) or not isfinite(amount) as is_broken
from reconciliation_amounts
where not quantity like '%@before'
