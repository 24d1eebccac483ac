select
    indicators.year,
    indicators.perimeter,
    indicators.scope,
    indicators.scope_id,
    indicators.category as step_nature,
    categories.category_label_fr as step_nature_label_fr,
    categories.position,
    cast(indicators.numerator as bigint) as n_steps,
    cast(indicators.denominator as bigint) as n_steps_total,
    indicators.value as share_percent,
    indicators.n_plie
from {{ ref('indicators') }} as indicators
inner join {{ ref('int_indicator_categories') }} as categories
    on
        indicators.indicator_id = categories.indicator_id
        and indicators.category = categories.category
where indicators.indicator_id = 'steps.by_type'
