with

counts as (
    {% for section in ['register', 'active', 'entry', 'exit', 'step', 'survey'] %}
    select
        plie_id,
        year,
        indicator_id,
        category,
        numerator,
        denominator,
        n_missing
    from {{ ref('int_' ~ section ~ '_counts') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

catalogue as (
    select
        indicator_id,
        unit,
        base
    from {{ ref('indicator_catalogue') }}
),

summed as (
    select
        counts.indicator_id,
        counts.year,
        scopes.perimeter,
        scopes.scope,
        scopes.scope_id,
        counts.category,
        catalogue.unit,
        {{ nearest_double('sum(counts.numerator)') }} as numerator,
        {{ nearest_double('sum(counts.denominator)') }} as denominator,
        sum(counts.n_missing) as n_missing,
        count(*) as n_plie
    from counts
    inner join catalogue on counts.indicator_id = catalogue.indicator_id
    inner join {{ ref('int_scopes') }} as scopes
        on
            catalogue.base = scopes.base
            and counts.plie_id = scopes.plie_id
            and counts.year = scopes.year
    group by
        counts.indicator_id,
        counts.year,
        scopes.perimeter,
        scopes.scope,
        scopes.scope_id,
        counts.category,
        catalogue.unit
)

select
    indicator_id,
    cast(year as integer) as year,
    perimeter,
    scope,
    scope_id,
    category,
    numerator,
    denominator,
    case
        when unit = 'count' then numerator
        when denominator = 0 then null
        when unit = 'percent' then 100 * numerator / denominator
        else numerator / denominator
    end as value,
    cast(n_missing as bigint) as n_missing,
    cast(n_plie as bigint) as n_plie
from summed
