with

cells as (
    select *
    from {{ ref('int_indicator_cells') }}
    where base = 'register'
),

participating as (
    select
        plie_id,
        year
    from {{ ref('int_plie_years') }}
    where is_complete
)

select
    cells.plie_id,
    cells.year,
    cells.indicator_id,
    cells.category,
    cast(
        case
            when cells.indicator_id = 'participation.plie_known' then 1
            when participating.plie_id is not null then 1
            else 0
        end as {{ exact_number() }}
    ) as numerator,
    cast(case when cells.indicator_id = 'participation.rate' then 1 end as bigint) as denominator,
    cast(null as bigint) as n_missing
from cells
left join participating
    on
        cells.plie_id = participating.plie_id
        and cells.year = participating.year
