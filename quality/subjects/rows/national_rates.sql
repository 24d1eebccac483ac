-- Grain: one row per national percentage of transfers. Its change in points from the year before.
select
    null as plie_id,
    this_year.value as observed,
    former.value as usual,
    greatest(0, former.value - parameters.maximum) as lower,
    least(100, former.value + parameters.maximum) as upper,
    this_year.value - former.value as deviation,
    concat_ws(' – ', categories.label_fr, nullif(categories.category_label_fr, categories.label_fr)) as label_fr
from marts.indicators as this_year
inner join parameters on this_year.year = parameters.year
inner join intermediate.int_indicator_categories as categories
    on
        this_year.indicator_id = categories.indicator_id
        and this_year.category = categories.category
left join marts.indicators as former
    on
        this_year.indicator_id = former.indicator_id
        and this_year.category = former.category
        and this_year.scope = former.scope
        and this_year.perimeter = former.perimeter
        and this_year.year - 1 = former.year
where
    categories.unit = 'percent'
    and starts_with(categories.base, parameters.indicator_id)
    and this_year.scope = 'national'
    and this_year.perimeter = 'complete'
