-- Grain: one row per PLIE that is complete in both years. Cells of its indicators of transfers with the very
-- numerator of the year before, among those where either year counts anything: `difference` is how many these are in
-- all.
with

counted as (
    select
        indicators.scope_id as plie_id,
        indicators.year,
        indicators.indicator_id,
        indicators.category,
        indicators.numerator
    from marts.indicators as indicators
    inner join nomenclature.indicator_catalogue as catalogue on indicators.indicator_id = catalogue.indicator_id
    where
        catalogue.base = 'transfers'
        and indicators.scope = 'plie'
        and indicators.perimeter = 'complete'
)

select
    this_year.plie_id,
    'Chiffres identiques à ceux de l''année précédente' as label_fr,
    case
        when count(*) >= any_value(parameters.minimum_difference)
            then 100.0 * count(*) filter (where this_year.numerator = former.numerator) / count(*)
    end as observed,
    count(*) as difference
from counted as this_year
inner join parameters on this_year.year = parameters.year
inner join counted as former
    on
        this_year.plie_id = former.plie_id
        and this_year.indicator_id = former.indicator_id
        and this_year.category = former.category
        and this_year.year - 1 = former.year
where this_year.numerator > 0 or former.numerator > 0
group by this_year.plie_id
