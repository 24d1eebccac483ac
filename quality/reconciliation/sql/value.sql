-- Each value beside what its numerator and denominator give.
with

expected as (
    select
        cells.*,
        case
            when shown.unit = 'count' then cells.numerator
            when cells.denominator <> 0 then shown.factor * cells.numerator / cells.denominator
        end as expected
    from reconciliation_cells as cells
    inner join reconciliation_shown as shown using (indicator_id, category)
    where cells.year = $year and shown.measure = 'numerator'
)

select
    $relation_id as relation_id,
    scope,
    scope_id,
    indicator_id || '|' || category || '|value' as item,
    value as observed,
    expected as low,
    expected as high,
    coalesce(abs(value - expected) > 1e-9 * greatest(1, abs(expected)), (value is null) <> (expected is null))
        as is_broken
from expected
