-- Grain: one row per PLIE that should be complete this year: in the register from its first to its last day, and
-- either complete the year before or begun this year. Whoever never takes part is in completeness.participation_rate.
select
    cells.plie_id,
    'Mois couverts' as label_fr,
    cells.n_months as observed,
    former.n_months as usual
from cells
inner join parameters on cells.year = parameters.year
left join cells as former
    on
        cells.plie_id = former.plie_id
        and cells.year - 1 = former.year
where
    cells.is_open
    and cells.is_open_all_year
    and (former.n_months = 12 or cells.n_months > 0)
