-- Grain: one row per PLIE and year in which it is in the register on 31 December, or has any coverage of the year.
-- `n_months`: whole months of the year that its loaded coverage holds; 12 makes it complete.
with

years as (
    select unnest([parameters.year - 1, parameters.year]) as year
    from parameters
),

known as (
    select
        years.year,
        register.plie_id,
        register.opened_on is null or register.opened_on <= make_date(years.year, 1, 1) as is_open_all_year,
        (register.opened_on is null or register.opened_on <= make_date(years.year, 12, 31))
        and (register.closed_on is null or register.closed_on > make_date(years.year, 12, 31)) as is_open,
        register.coverage_from <= make_date(years.year, 1, 1)
        and register.coverage_to >= make_date(years.year, 1, 1) as is_in_progress,
        register.coverage_to
    from years
    cross join marts.dim_plie as register
)

select
    plie_id,
    year,
    is_open,
    is_open_all_year,
    case
        when not coalesce(is_in_progress, false) then 0
        when coverage_to >= make_date(year, 12, 31) then 12
        else month(coverage_to + 1) - 1
    end as n_months
from known
where is_open or is_in_progress
