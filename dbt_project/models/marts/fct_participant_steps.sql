with

step_groups as (
    select
        code as step_type,
        {{ adapter.quote('group') }} as step_group
    from {{ ref('code_lists') }}
    where list = 'TYPE_ETAPE'
),

iae_structures as (
    select code as host_structure
    from {{ ref('code_lists') }}
    where list = 'STRUCTURE' and {{ adapter.quote('group') }} = 'IAE'
),

steps as (
    select
        stg_steps.*,
        step_groups.step_group,
        iae_structures.host_structure is not null as is_hosted_by_iae
    from {{ ref('stg_steps') }} as stg_steps
    left join step_groups on stg_steps.step_type = step_groups.step_type
    left join iae_structures on stg_steps.host_structure = iae_structures.host_structure
    {{ where_plie_changed('stg_steps.plie_id') }}
),

parcours as (
    select
        plie_id,
        parcours_id,
        exited_on
    from {{ ref('fct_entries') }}
    {{ where_plie_changed() }}
)

select
    steps.plie_id,
    steps.step_id,
    steps.parcours_id,
    steps.step_type,
    case
        when steps.step_group <> 'EMPLOI' then steps.step_group
        when steps.is_hosted_by_iae then 'IAE'
        when steps.contract_type = 'AIDE' then 'EMPLOI_AIDE'
        else 'EMPLOI_ORDINAIRE'
    end as step_nature,
    steps.step_group = 'EMPLOI' as is_job,
    steps.step_group = 'EMPLOI' and not steps.is_hosted_by_iae as is_job_outside_iae,
    steps.step_group = 'FORMATION' as is_training,
    steps.contract_type,
    steps.host_structure,
    steps.started_on,
    steps.ended_on,
    coalesce(steps.ended_on, parcours.exited_on) as effective_end_on,
    steps.hours,
    steps.esf_cofunded,
    steps.delivery_id,
    steps.line
from steps
left join parcours
    on
        steps.plie_id = parcours.plie_id
        and steps.parcours_id = parcours.parcours_id
