-- Grain: one row per PLIE and complete year with any step. Persons still in a parcours on 31 December without any
-- step during the year: many of them have left, and nobody has entered their exit. A PLIE that enters no step at all
-- is judged by completeness.nothing_entered.
with

years as (
    select
        steps.scope_id as plie_id,
        steps.year
    from marts.indicators as steps
    inner join parameters
        on steps.year between parameters.year - coalesce(parameters.past_years, 0) and parameters.year
    where
        steps.indicator_id = 'steps.total'
        and steps.scope = 'plie'
        and steps.perimeter = 'complete'
        and steps.numerator > 0
),

with_step as (
    select distinct
        years.plie_id,
        years.year,
        entries.participant_id
    from years
    inner join marts.fct_step_years as step_years
        on
            years.plie_id = step_years.plie_id
            and years.year = step_years.year
    inner join marts.fct_participant_steps as steps
        on
            step_years.plie_id = steps.plie_id
            and step_years.step_id = steps.step_id
    inner join marts.fct_entries as entries
        on
            steps.plie_id = entries.plie_id
            and steps.parcours_id = entries.parcours_id
)

select
    years.plie_id,
    years.year,
    'Personnes en parcours au 31 décembre sans étape dans l''année' as label_fr,
    count(*) filter (where with_step.participant_id is null) as n_category,
    count(*) as n_total
from years
inner join marts.fct_active_participants as persons
    on
        years.plie_id = persons.plie_id
        and years.year = persons.year
left join with_step
    on
        persons.plie_id = with_step.plie_id
        and persons.year = with_step.year
        and persons.participant_id = with_step.participant_id
where persons.is_active_on_31_december
group by years.plie_id, years.year
