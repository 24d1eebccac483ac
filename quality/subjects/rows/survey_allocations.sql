-- Grain: one row per PLIE that says how much it allocated, by operator or by operation, and what it mobilised. The
-- larger of the two allocations for a hundred euros mobilised: money that was allocated was mobilised first.
with

totals as (
    select
        responses.plie_id,
        max(responses.total) filter (where responses.section = 'funding') as mobilised,
        max(responses.total) filter (where responses.section <> 'funding') as allocated
    from marts.survey_responses as responses
    inner join parameters on responses.year = parameters.year
    where
        responses.status = 'answered'
        and responses.section in ('funding', 'allocation_operator', 'allocation_operation')
    group by responses.plie_id
)

select
    plie_id,
    'Alloué pour 100 € mobilisés' as label_fr,
    100.0 * cast(allocated as double) / nullif(cast(mobilised as double), 0) as observed
from totals
