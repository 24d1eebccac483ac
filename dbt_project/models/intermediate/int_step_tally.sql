select
    plie_id,
    year,
    step_type,
    step_nature,
    is_job,
    is_job_outside_iae,
    is_training,
    count(*) as n_steps
from {{ ref('fct_step_years') }}
{{ where_plie_changed() }}
group by plie_id, year, step_type, step_nature, is_job, is_job_outside_iae, is_training
