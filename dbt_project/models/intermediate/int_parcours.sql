select
    parcours.plie_id,
    parcours.parcours_id,
    parcours.participant_id,
    coalesce(participants.sex, 'N') as sex,
    parcours.entered_on,
    {{ year_of('parcours.entered_on') }} as entry_year,
    parcours.age_at_entry,
    case
        when parcours.age_at_entry is null then 'NR'
        when parcours.age_at_entry < 26 then 'MOINS_26'
        when parcours.age_at_entry < 45 then '26_44'
        else '45_PLUS'
    end as age_band,
    parcours.education_level,
    parcours.months_registered,
    case
        when parcours.months_registered is null then null
        when parcours.months_registered >= 12 then 'oui'
        else 'non'
    end as deld,
    parcours.brsa,
    parcours.ass,
    parcours.aah,
    parcours.rqth,
    parcours.qpv,
    parcours.referrer,
    parcours.delivery_id,
    parcours.line,
    exits.exited_on
from {{ ref('stg_parcours') }} as parcours
left join {{ ref('stg_participants') }} as participants
    on
        parcours.plie_id = participants.plie_id
        and parcours.participant_id = participants.participant_id
left join {{ ref('stg_exits') }} as exits
    on
        parcours.plie_id = exits.plie_id
        and parcours.parcours_id = exits.parcours_id
