with

years as (
    select distinct year from {{ ref('stg_loaded_surveys') }}
),

sections as (
    select distinct section from {{ ref('stg_survey_sections') }}
),

-- whoever is in the register on 31 December is asked, and whoever answered was
asked as (
    select
        register.plie_id,
        years.year
    from {{ ref('dim_plie') }} as register
    cross join years
    where
        (register.opened_on is null or register.opened_on <= {{ last_day_of('years.year') }})
        and (register.closed_on is null or register.closed_on > {{ last_day_of('years.year') }})
    union
    select
        plie_id,
        year
    from {{ ref('stg_loaded_surveys') }}
),

totals as (
    select
        plie_id,
        year,
        section,
        sum(case when figure <> 'etp' then value end) as total,
        count(*) as n_figures
    from {{ ref('fct_survey_answers') }}
    group by plie_id, year, section
),

responses as (
    select
        asked.plie_id,
        asked.year,
        sections.section,
        case when surveys.plie_id is null then 'nothing_received' else coalesce(statuses.status, 'not_answered') end
            as status,
        surveys.received_at,
        surveys.delivery_id,
        coalesce(totals.n_figures, 0) as n_figures,
        totals.total,
        former.total as total_year_before,
        coalesce(statuses.is_questioned, false) as is_questioned
    from asked
    cross join sections
    left join {{ ref('stg_loaded_surveys') }} as surveys
        on
            asked.plie_id = surveys.plie_id
            and asked.year = surveys.year
    left join {{ ref('stg_survey_sections') }} as statuses
        on
            asked.plie_id = statuses.plie_id
            and asked.year = statuses.year
            and sections.section = statuses.section
    left join totals
        on
            asked.plie_id = totals.plie_id
            and asked.year = totals.year
            and sections.section = totals.section
    left join totals as former
        on
            asked.plie_id = former.plie_id
            and asked.year = former.year + 1
            and sections.section = former.section
)

select
    plie_id,
    year,
    section,
    status,
    received_at,
    delivery_id,
    cast(n_figures as bigint) as n_figures,
    cast(total as decimal(18, 2)) as total,
    cast(total_year_before as decimal(18, 2)) as total_year_before,
    case
        when total_year_before > 0
            then 100 * (cast(total as double) - cast(total_year_before as double)) / cast(total_year_before as double)
    end as change_percent,
    is_questioned,
    100 * cast(sum(case when status = 'answered' then 1 else 0 end) over (partition by plie_id, year) as double)
    / count(*) over (partition by plie_id, year) as completeness_percent
from responses
