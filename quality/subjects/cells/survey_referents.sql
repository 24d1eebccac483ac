-- Grain: one row per PLIE and year that gave its referents. Persons accompanied for each full-time referent.
with

referents as (
    select
        plie_id,
        year,
        sum(value) as full_time_equivalents
    from marts.fct_survey_answers
    where section in ('referents_internal', 'referents_external') and figure = 'etp'
    group by plie_id, year
)

select
    referents.plie_id,
    referents.year,
    'Personnes accompagnées par référent' as label_fr,
    persons.numerator as n_events,
    cast(referents.full_time_equivalents as double) as exposure,
    false as is_counted
from referents
inner join marts.indicators as persons
    on
        referents.plie_id = persons.scope_id
        and referents.year = persons.year
where
    persons.indicator_id = 'active.participants'
    and persons.scope = 'plie'
    and persons.perimeter = 'complete'
