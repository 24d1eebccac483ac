with

cells as (
    select
        *,
        case
            when right(indicator_id, 4) = '_fte' then 'etp'
            when right(indicator_id, 10) = '_headcount' then 'effectif'
        end as only_figure
    from {{ ref('int_indicator_cells') }}
    where base like 'survey:%'
),

answers as (
    select
        *,
        {{ dbt.concat(["'survey:'", 'section']) }} as base
    from {{ ref('fct_survey_answers') }}
),

given as (
    select
        cells.plie_id,
        cells.year,
        cells.indicator_id,
        cells.category,
        cells.unit,
        answers.value,
        case
            when cells.indicator_id = 'allocation.iae_share' then answers.code_group = 'IAE'
            when cells.indicator_id = 'funding.by_group' then answers.code_group = cells.category
            when cells.category = 'TOTAL' then true
            else answers.code = cells.category
        end as is_counted
    from cells
    left join answers
        on
            cells.plie_id = answers.plie_id
            and cells.year = answers.year
            and cells.base = answers.base
            and (cells.only_figure is null or cells.only_figure = answers.figure)
)

-- a mean has one PLIE in its denominator, and none where the section lacks this very figure: it is not zero
select
    plie_id,
    year,
    indicator_id,
    category,
    cast(coalesce(sum(case when is_counted then value end), 0) as {{ exact_number() }}) as numerator,
    cast(
        case
            when unit = 'percent' then coalesce(sum(value), 0)
            when count(value) > 0 then 1
            else 0
        end as {{ exact_number() }}
    ) as denominator,
    cast(null as bigint) as n_missing
from given
group by plie_id, year, indicator_id, category, unit
