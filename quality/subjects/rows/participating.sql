-- Grain: one row for the nation. PLIE whose loaded coverage holds the whole year: without any there is no edition.
select
    null as plie_id,
    'PLIE complets' as label_fr,
    count(*) as observed
from intermediate.int_plie_years
inner join parameters on int_plie_years.year = parameters.year
where int_plie_years.is_complete
