-- Grain: one row per PLIE that answered the survey of the year before and is asked again. Sections answered this
-- year.
select
    former.plie_id,
    'Parties de l''enquête renseignées' as label_fr,
    count(distinct this_year.section) as observed,
    count(distinct former.section) as usual
from marts.survey_responses as former
inner join parameters on former.year = parameters.year - 1
inner join marts.dim_plie as register
    on
        former.plie_id = register.plie_id
        and (register.closed_on is null or register.closed_on > make_date(parameters.year, 12, 31))
left join marts.survey_responses as this_year
    on
        former.plie_id = this_year.plie_id
        and former.year + 1 = this_year.year
        and this_year.status = 'answered'
where former.status = 'answered'
group by former.plie_id
