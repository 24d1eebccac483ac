-- The rate of a whole beside the lowest and the highest of its groups, who is in none of them making one more group.
with

amounts as (
    select
        scope,
        scope_id,
        quantity,
        min(amount) as amount
    from reconciliation_amounts
    group by scope, scope_id, quantity
),

groups as (
    select
        amounts.scope,
        amounts.scope_id,
        members.group_no,
        sum(amounts.amount) filter (where members.is_above) as above,
        sum(amounts.amount) filter (where not members.is_above) as below
    from reconciliation_groups as members
    inner join amounts on members.quantity = amounts.quantity
    where members.relation_id = $relation_id
    group by all
),

rests as (
    select
        scope,
        scope_id,
        sum(case when group_no = 0 then above else -above end) as above,
        sum(case when group_no = 0 then below else -below end) as below
    from groups
    group by all
),

all_groups as (
    select
        scope,
        scope_id,
        above,
        below
    from groups
    where group_no > 0
    union all
    select
        scope,
        scope_id,
        above,
        below
    from rests
),

ranges as (
    select
        scope,
        scope_id,
        min(100 * above / below) as low,
        max(100 * above / below) as high
    from all_groups
    where below > 0
    group by all
)

select
    $relation_id as relation_id,
    scope,
    scope_id,
    wholes.item,
    100 * groups.above / groups.below as observed,
    ranges.low,
    ranges.high,
    100 * groups.above / groups.below < ranges.low - 1e-9
    or 100 * groups.above / groups.below > ranges.high + 1e-9 as is_broken
from groups
inner join ranges using (scope, scope_id)
cross join (
    select any_value(quantity) as item from reconciliation_groups
    where relation_id = $relation_id and group_no = 0 and is_above
) as wholes
where groups.group_no = 0 and groups.below > 0
