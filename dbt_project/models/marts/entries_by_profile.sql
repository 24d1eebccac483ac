select
    indicators.year,
    indicators.perimeter,
    indicators.scope,
    indicators.scope_id,
    indicators.indicator_id,
    categories.label_fr as indicator_label_fr,
    indicators.category,
    categories.category_label_fr,
    categories.position,
    cast(indicators.numerator as bigint) as n_entries,
    cast(indicators.denominator as bigint) as n_entries_total,
    indicators.value as share_percent,
    indicators.n_missing,
    indicators.n_plie
from {{ ref('indicators') }} as indicators
inner join {{ ref('int_indicator_categories') }} as categories
    on
        indicators.indicator_id = categories.indicator_id
        and indicators.category = categories.category
where indicators.indicator_id like 'entries.by_%' or indicators.indicator_id = 'entries.low_qualified'
