-- Grain: one row per complete PLIE and kind of event. A PLIE that says its year is complete, and counts none of a
-- kind.
select
    indicators.scope_id as plie_id,
    catalogue.label_fr,
    indicators.numerator as observed
from marts.indicators as indicators
inner join parameters on indicators.year = parameters.year
inner join nomenclature.indicator_catalogue as catalogue on indicators.indicator_id = catalogue.indicator_id
where
    indicators.indicator_id in ('active.participants', 'entries.total', 'exits.total', 'steps.total')
    and indicators.scope = 'plie'
    and indicators.perimeter = 'complete'
