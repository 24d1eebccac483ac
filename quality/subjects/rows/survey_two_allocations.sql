-- Grain: one row per PLIE that gave the same money twice, by operator and by operation. How far the totals lie apart.
with

totals as (
    select
        responses.plie_id,
        cast(max(responses.total) filter (where responses.section = 'allocation_operator') as double) as by_operator,
        cast(max(responses.total) filter (where responses.section = 'allocation_operation') as double) as by_operation
    from marts.survey_responses as responses
    inner join parameters on responses.year = parameters.year
    where responses.status = 'answered'
    group by responses.plie_id
)

select
    plie_id,
    'Écart entre les deux totaux alloués' as label_fr,
    100 * abs(by_operator - by_operation) / nullif(greatest(by_operator, by_operation), 0) as observed
from totals
where by_operator is not null and by_operation is not null
