{% set totals = [
    'participants.active_participants',
    'participants.active_on_31_december',
    'entries.entries',
    'entries.low_qualified_entries',
    'exits.exits',
    'exits.positive_exits',
    'exits.sans_suite_exits',
    'exits.change_of_situation_exits',
    'exits.positive_exits_with_sector',
    'exits.durable_exits_with_employer',
    'exits.exits_with_contract',
    'exits.exits_with_durable_contract',
    'exits.days_of_exits',
    'steps.steps',
    'steps.jobs',
    'steps.jobs_outside_iae',
    'steps.training_steps',
] %}

with

plie_years as (
    select
        plie_id,
        year
    from {{ ref('int_plie_years') }}
    {{ where_plie_changed() }}
),

participants as (
    select
        plie_id,
        year,
        count(*) as active_participants,
        count(case when is_active_on_31_december then 1 end) as active_on_31_december
    from {{ ref('fct_active_participants') }}
    {{ where_plie_changed() }}
    group by plie_id, year
),

entries as (
    select
        plie_id,
        entry_year as year,
        count(*) as entries,
        count(case when education_level <= 3 then 1 end) as low_qualified_entries
    from {{ ref('fct_entries') }}
    where in_running {{ where_plie_changed(keyword='and') }}
    group by plie_id, entry_year
),

exits as (
    select
        plie_id,
        exit_year as year,
        count(*) as exits,
        count(case when is_positive then 1 end) as positive_exits,
        count(case when not is_positive then 1 end) as sans_suite_exits,
        count(case when sans_suite_cause = 'CHANGEMENT_SITUATION' then 1 end) as change_of_situation_exits,
        count(case when is_positive and naf_section is not null then 1 end) as positive_exits_with_sector,
        count(case when exit_class = 'EMPLOI_DURABLE' and employer_category is not null then 1 end)
            as durable_exits_with_employer,
        count(contract_type) as exits_with_contract,
        count(case when contract_type in ('CDI', 'CDD_6_PLUS') then 1 end) as exits_with_durable_contract,
        sum(days_in_plie) as days_of_exits
    from {{ ref('fct_exits') }}
    where in_running {{ where_plie_changed(keyword='and') }}
    group by plie_id, exit_year
),

steps as (
    select
        plie_id,
        year,
        sum(n_steps) as steps,
        sum(case when is_job then n_steps else 0 end) as jobs,
        sum(case when is_job_outside_iae then n_steps else 0 end) as jobs_outside_iae,
        sum(case when is_training then n_steps else 0 end) as training_steps
    from {{ ref('int_step_tally') }}
    {{ where_plie_changed() }}
    group by plie_id, year
)

select
    plie_years.plie_id,
    plie_years.year,
    {% for total in totals %}
    cast(coalesce({{ total }}, 0) as bigint) as {{ total.split('.')[1] }}{% if not loop.last %},{% endif %}

    {% endfor %}
from plie_years
left join participants on plie_years.plie_id = participants.plie_id and plie_years.year = participants.year
left join entries on plie_years.plie_id = entries.plie_id and plie_years.year = entries.year
left join exits on plie_years.plie_id = exits.plie_id and plie_years.year = exits.year
left join steps on plie_years.plie_id = steps.plie_id and plie_years.year = steps.year
