-- Each linear relation in each territory that has one of its terms. A term without a cell counts for nothing; a relation
-- with the year before needs all of its terms, since the PLIE may have had no such year.
with

amounts as (
    select
        scope,
        scope_id,
        quantity,
        min(amount) as amount
    from reconciliation_amounts
    group by scope, scope_id, quantity
),

sides as (
    select
        terms.relation_id,
        amounts.scope,
        amounts.scope_id,
        terms.text,
        terms.sign,
        coalesce(sum(terms.coefficient * amounts.amount) filter (where terms.coefficient > 0), 0) as observed,
        coalesce(-sum(terms.coefficient * amounts.amount) filter (where terms.coefficient < 0), 0) as bound,
        terms.plie_only,
        count(*) as n_found,
        terms.n_terms
    from reconciliation_terms as terms
    inner join amounts on terms.quantity = amounts.quantity
    where not terms.plie_only or amounts.scope = 'plie'
    group by
        terms.relation_id,
        amounts.scope,
        amounts.scope_id,
        terms.text,
        terms.sign,
        terms.plie_only,
        terms.n_terms
)

select
    relation_id,
    scope,
    scope_id,
    text as item,
    observed,
    case when sign = '=' then bound end as low,
    bound as high,
    case
        when sign = '=' then abs(observed - bound) > 1e-9 * greatest(1, abs(bound))
        else observed - bound > 1e-9 * greatest(1, abs(bound))
    end as is_broken
from sides
where n_found = n_terms or not plie_only
