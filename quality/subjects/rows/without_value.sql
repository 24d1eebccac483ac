-- Grain: one row per national cell that is no count. `observed` is its denominator: an empty one gives no figure.
select
    null as plie_id,
    concat_ws(' – ', categories.label_fr, nullif(categories.category_label_fr, categories.label_fr)) as label_fr,
    coalesce(indicators.denominator, 0) as observed
from marts.indicators as indicators
inner join parameters on indicators.year = parameters.year
inner join intermediate.int_indicator_categories as categories
    on
        indicators.indicator_id = categories.indicator_id
        and indicators.category = categories.category
where
    categories.unit <> 'count'
    and indicators.scope = 'national'
    and indicators.perimeter = 'complete'
