select
    this_year.indicator_id,
    this_year.indicator_label_fr,
    this_year.year,
    this_year.perimeter,
    this_year.scope,
    this_year.scope_id,
    this_year.scope_label_fr,
    this_year.category,
    this_year.category_label_fr,
    this_year.unit,
    this_year.value,
    year_before.value as value_before,
    this_year.value - year_before.value as difference,
    case
        when this_year.unit = 'percent' or year_before.value = 0 then null
        else 100 * (this_year.value - year_before.value) / year_before.value
    end as change_percent,
    this_year.n_plie,
    year_before.n_plie as n_plie_before
from {{ ref('indicators_labelled') }} as this_year
inner join {{ ref('indicators') }} as year_before
    on
        this_year.indicator_id = year_before.indicator_id
        and this_year.year = year_before.year + 1
        and this_year.perimeter = year_before.perimeter
        and this_year.scope = year_before.scope
        and this_year.scope_id = year_before.scope_id
        and this_year.category = year_before.category
