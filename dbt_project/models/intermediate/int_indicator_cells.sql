select
    scopes.plie_id,
    scopes.year,
    categories.indicator_id,
    categories.category,
    categories.unit,
    categories.base
from {{ ref('int_scopes') }} as scopes
inner join {{ ref('int_indicator_categories') }} as categories on scopes.base = categories.base
where scopes.perimeter = 'running' and scopes.scope = 'plie'
