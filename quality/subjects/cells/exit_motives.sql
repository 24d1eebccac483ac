-- Grain: one row per PLIE, complete year and exit motive.
select
    scope_id as plie_id,
    year,
    exit_motive_label_fr as label_fr,
    n_exits as n_category,
    n_exits_total as n_total
from marts.exits_by_motive
where scope = 'plie' and perimeter = 'complete'
