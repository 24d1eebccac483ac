-- Grain: one row per parcours that begins in a complete year.
select
    plie_id,
    entry_year as year,
    entered_on as happened_on
from marts.fct_entries
where in_complete
