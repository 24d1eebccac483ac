-- Grain: one row per PLIE, year and section of the survey in euros that it answered. Euros, and the persons
-- accompanied.
select
    responses.plie_id,
    responses.year,
    case responses.section
        when 'funding' then 'Financements mobilisés'
        when 'allocation_operator' then 'Financements alloués, par opérateur'
        else 'Financements alloués, par opération'
    end as label_fr,
    cast(responses.total as double) as n_events,
    persons.numerator as exposure,
    false as is_counted
from marts.survey_responses as responses
inner join marts.indicators as persons
    on
        responses.plie_id = persons.scope_id
        and responses.year = persons.year
where
    responses.status = 'answered'
    and responses.section in ('funding', 'allocation_operator', 'allocation_operation')
    and persons.indicator_id = 'active.participants'
    and persons.scope = 'plie'
    and persons.perimeter = 'complete'
