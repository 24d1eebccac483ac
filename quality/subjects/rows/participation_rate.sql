-- Grain: one row for the nation. Complete PLIE among those in the register on 31 December.
select
    null as plie_id,
    'Taux de participation' as label_fr,
    100.0 * count(*) filter (where cells.n_months = 12) / nullif(count(*), 0) as observed
from cells
inner join parameters on cells.year = parameters.year
where cells.is_open
