with

active_parcours as (
    select
        parcours.plie_id,
        parcours.participant_id,
        plie_years.year,
        plie_years.is_complete,
        parcours.exited_on is null or parcours.exited_on > plie_years.year_end as is_open_on_31_december
    from {{ ref('fct_entries') }} as parcours
    inner join {{ ref('int_plie_years') }} as plie_years
        on
            parcours.plie_id = plie_years.plie_id
            and parcours.entered_on <= plie_years.year_end
            and (parcours.exited_on is null or parcours.exited_on >= plie_years.year_start)
)

select
    plie_id,
    participant_id,
    year,
    cast(count(*) as integer) as n_parcours,
    max(case when is_open_on_31_december then 1 else 0 end) = 1 as is_active_on_31_december,
    is_complete as in_complete
from active_parcours
group by plie_id, participant_id, year, is_complete
