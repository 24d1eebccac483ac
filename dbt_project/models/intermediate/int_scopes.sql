with

plie_years as (
    select
        plie_id,
        year,
        is_complete
    from {{ ref('int_plie_years') }}
),

register as (
    select
        plie_id,
        region_code,
        department_code,
        opened_on,
        closed_on
    from {{ ref('dim_plie') }}
),

years as (
    select distinct year from plie_years
),

registered_on_31_december as (
    select
        register.plie_id,
        years.year
    from register
    cross join years
    where
        (register.opened_on is null or register.opened_on <= {{ last_day_of('years.year') }})
        and (register.closed_on is null or register.closed_on > {{ last_day_of('years.year') }})
),

perimeters as (
    select 'running' as perimeter
    union all
    select 'complete' as perimeter
),

bases as (
    select
        'transfers' as base,
        perimeters.perimeter,
        plie_years.plie_id,
        plie_years.year
    from plie_years
    cross join perimeters
    where perimeters.perimeter = 'running' or plie_years.is_complete
    union all
    select
        'register' as base,
        perimeters.perimeter,
        registered_on_31_december.plie_id,
        registered_on_31_december.year
    from registered_on_31_december
    cross join perimeters
    union all
    select
        {{ dbt.concat(["'survey:'", 'answered.section']) }} as base,
        perimeters.perimeter,
        answered.plie_id,
        answered.year
    from {{ ref('stg_survey_sections') }} as answered
    cross join perimeters
    where answered.status = 'answered'
),

scopes as (
    select 'national' as scope
    union all
    select 'region' as scope
    union all
    select 'departement' as scope
    union all
    select 'plie' as scope
),

placed as (
    select
        bases.base,
        bases.perimeter,
        bases.plie_id,
        bases.year,
        scopes.scope,
        case scopes.scope
            when 'national' then 'FR'
            when 'region' then register.region_code
            when 'departement' then register.department_code
            else bases.plie_id
        end as scope_id
    from bases
    cross join scopes
    left join register on bases.plie_id = register.plie_id
)

-- a PLIE without region or department counts in the nation and for itself only
select
    base,
    plie_id,
    year,
    perimeter,
    scope,
    scope_id
from placed
where scope_id is not null
