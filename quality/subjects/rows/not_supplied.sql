-- Grain: one row per national indicator, or category that is asked by itself. Rows of its denominator whose attribute
-- was not supplied.
select
    null as plie_id,
    max(concat_ws(' – ', categories.label_fr, nullif(categories.category_label_fr, categories.label_fr))) as label_fr,
    max(100.0 * indicators.n_missing / indicators.denominator) as observed
from marts.indicators as indicators
inner join parameters on indicators.year = parameters.year
inner join intermediate.int_indicator_categories as categories
    on
        indicators.indicator_id = categories.indicator_id
        and indicators.category = categories.category
where
    indicators.n_missing is not null
    and indicators.denominator > 0
    and indicators.scope = 'national'
    and indicators.perimeter = 'complete'
group by
    indicators.indicator_id,
    case when indicators.indicator_id = 'entries.by_situation' then indicators.category end
