-- Where the categories of an indicator share out its denominator, their numerators add up to it: a code that no
-- category takes would show here. Euros have cents, so that sums may differ in their last binary digit.
select
    indicator_id,
    year,
    perimeter,
    scope,
    scope_id,
    sum(numerator) as parts,
    max(denominator) as whole
from {{ ref('indicators') }}
where
    indicator_id in (
        'entries.by_sex',
        'entries.by_age_band',
        'entries.by_education',
        'exits.by_class',
        'exits.positive_by_outcome',
        'exits.sans_suite_by_cause',
        'exits.positive_by_sector',
        'exits.durable_by_employer',
        'exits.contracts_by_type',
        'steps.by_type',
        'steps.training_by_kind',
        'funding.by_funder',
        'funding.by_group',
        'allocation.by_operator',
        'allocation.by_operation',
        'team.external_referents_by_employer'
    )
group by indicator_id, year, perimeter, scope, scope_id
having abs(sum(numerator) - max(denominator)) > 0.001
