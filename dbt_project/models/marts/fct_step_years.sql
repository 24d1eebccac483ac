select
    steps.plie_id,
    steps.step_id,
    plie_years.year,
    plie_years.is_complete as in_complete,
    steps.step_type,
    steps.step_nature,
    steps.is_job,
    steps.is_job_outside_iae,
    steps.is_training
from {{ ref('fct_participant_steps') }} as steps
inner join {{ ref('int_plie_years') }} as plie_years
    on
        steps.plie_id = plie_years.plie_id
        and steps.started_on <= plie_years.year_end
        and (steps.effective_end_on is null or steps.effective_end_on >= plie_years.year_start)
