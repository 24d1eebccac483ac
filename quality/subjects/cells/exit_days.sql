-- Grain: one row per exit of a complete year.
select
    plie_id,
    exit_year as year,
    exited_on as happened_on
from marts.fct_exits
where in_complete
