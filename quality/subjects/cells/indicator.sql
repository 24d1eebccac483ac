-- Grain: one row per PLIE and year in which it is complete. Numerator and base of one indicator without categories.
select
    indicators.scope_id as plie_id,
    indicators.year,
    catalogue.label_fr,
    indicators.numerator as n_events,
    coalesce(indicators.denominator, 1) as exposure,
    true as is_counted
from marts.indicators as indicators
inner join parameters on indicators.indicator_id = parameters.indicator_id
inner join nomenclature.indicator_catalogue as catalogue on indicators.indicator_id = catalogue.indicator_id
where
    indicators.scope = 'plie'
    and indicators.perimeter = 'complete'
    and indicators.category = 'TOTAL'
