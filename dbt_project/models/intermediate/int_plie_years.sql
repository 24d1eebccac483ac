with

coverages as (
    select
        plie_id,
        coverage_from,
        coverage_to
    from {{ ref('stg_loaded_plie') }}
),

first_covered_year as (
    select min({{ year_of('coverage_from') }}) as year from coverages
),

numbers as (
    {{ dbt.generate_series(256) }}
),

-- 256 years from the first one covered: far beyond what a PLIE, whose history starts in the 1990s, can cover
calendar_years as (
    select first_covered_year.year + numbers.generated_number - 1 as year
    from first_covered_year
    cross join numbers
),

years as (
    select
        cast(year as integer) as year,
        {{ first_day_of('year') }} as year_start,
        {{ last_day_of('year') }} as year_end
    from calendar_years
)

select
    coverages.plie_id,
    years.year,
    years.year_start,
    years.year_end,
    coverages.coverage_to >= years.year_end as is_complete
from coverages
inner join years
    on
        coverages.coverage_from <= years.year_start
        and coverages.coverage_to >= years.year_start
