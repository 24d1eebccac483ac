-- Grain: one row per PLIE, complete year and nature of step.
select
    scope_id as plie_id,
    year,
    step_nature_label_fr as label_fr,
    n_steps as n_category,
    n_steps_total as n_total
from marts.steps_by_nature
where scope = 'plie' and perimeter = 'complete'
