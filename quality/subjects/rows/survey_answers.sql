-- Grain: one row for the nation. PLIE that answered the survey of this year, for a hundred that answered the year
-- before.
with

answering as (
    select
        year,
        count(distinct plie_id) as n_plie
    from marts.survey_responses
    where status = 'answered'
    group by year
)

select
    null as plie_id,
    'PLIE ayant répondu' as label_fr,
    100.0 * coalesce(max(answering.n_plie) filter (where answering.year = parameters.year), 0)
    / max(answering.n_plie) filter (where answering.year = parameters.year - 1) as observed
from parameters
left join answering on answering.year in (parameters.year - 1, parameters.year)
group by parameters.year
