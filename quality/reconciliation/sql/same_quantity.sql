-- Each quantity that several cells show: the furthest two. $quantities: these ones alone; $others: all but these.
select
    $relation_id as relation_id,
    scope,
    scope_id,
    arg_max(indicator_id || '|' || category || '|' || measure, (amount, indicator_id, category, measure)) as item,
    max(amount) as observed,
    min(amount) as low,
    min(amount) as high,
    max(amount) - min(amount) > 1e-9 * greatest(1, abs(min(amount))) as is_broken
from reconciliation_amounts
where
    not quantity like '%@before'
    and (len($quantities::json::varchar[]) = 0 or quantity in (select unnest($quantities::json::varchar[])))
    and quantity not in (select unnest($others::json::varchar[]))
group by scope, scope_id, quantity
having count(*) > 1
