select
    cells.plie_id,
    cells.year,
    cells.indicator_id,
    cells.category,
    cast(
        case cells.indicator_id
            when 'active.participants' then totals.active_participants
            when 'active.on_31_december' then totals.active_on_31_december
        end as {{ exact_number() }}
    ) as numerator,
    cast(null as bigint) as denominator,
    cast(null as bigint) as n_missing
from {{ ref('int_indicator_cells') }} as cells
inner join {{ ref('int_plie_year_totals') }} as totals
    on
        cells.plie_id = totals.plie_id
        and cells.year = totals.year
where cells.indicator_id like 'active.%'
