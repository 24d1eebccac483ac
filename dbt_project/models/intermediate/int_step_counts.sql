with

cells as (
    select *
    from {{ ref('int_indicator_cells') }}
    where indicator_id like 'steps.%'
),

totals as (
    select * from {{ ref('int_plie_year_totals') }}
),

tally as (
    select * from {{ ref('int_step_tally') }}
),

counted as (
    {{ total_cell('totals', 'steps.total', 'steps') }}
    union all
    {{ total_cell('totals', 'steps.per_participant', 'steps') }}
    union all
    {{ total_cell('totals', 'steps.jobs', 'jobs') }}
    union all
    {{ total_cell('totals', 'steps.jobs_outside_iae', 'jobs_outside_iae') }}
    union all
    {{ total_cell('totals', 'steps.mean_duration_months', months_of('days_of_exits')) }}
    union all
    {{ count_cells('tally', 'steps.by_type', 'step_nature', rows='n_steps') }}
    union all
    {{ count_cells('tally', 'steps.training_by_kind', 'step_type', where='is_training', rows='n_steps') }}
)

select
    cells.plie_id,
    cells.year,
    cells.indicator_id,
    cells.category,
    cast(coalesce(counted.numerator, 0) as {{ exact_number() }}) as numerator,
    cast(
        case cells.indicator_id
            when 'steps.per_participant' then totals.active_participants
            when 'steps.by_type' then totals.steps
            when 'steps.jobs' then totals.steps
            when 'steps.jobs_outside_iae' then totals.jobs
            when 'steps.training_by_kind' then totals.training_steps
            when 'steps.mean_duration_months' then totals.exits
        end as bigint
    ) as denominator,
    cast(null as bigint) as n_missing
from cells
inner join totals on cells.plie_id = totals.plie_id and cells.year = totals.year
left join counted
    on
        cells.plie_id = counted.plie_id
        and cells.year = counted.year
        and cells.indicator_id = counted.indicator_id
        and cells.category = counted.category
