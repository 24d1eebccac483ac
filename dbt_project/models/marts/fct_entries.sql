select
    parcours.plie_id,
    parcours.parcours_id,
    parcours.participant_id,
    parcours.entered_on,
    parcours.entry_year,
    parcours.sex,
    parcours.age_at_entry,
    parcours.age_band,
    parcours.education_level,
    parcours.months_registered,
    parcours.deld,
    parcours.brsa,
    parcours.ass,
    parcours.aah,
    parcours.rqth,
    parcours.qpv,
    parcours.referrer,
    parcours.exited_on,
    plie_years.plie_id is not null as in_running,
    coalesce(plie_years.is_complete, false) as in_complete,
    parcours.delivery_id,
    parcours.line
from {{ ref('int_parcours') }} as parcours
left join {{ ref('int_plie_years') }} as plie_years
    on
        parcours.plie_id = plie_years.plie_id
        and parcours.entry_year = plie_years.year
{{ where_plie_changed('parcours.plie_id') }}
