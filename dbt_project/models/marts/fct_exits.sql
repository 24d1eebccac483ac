with

exits as (
    select
        stg_exits.*,
        {{ year_of('stg_exits.exited_on') }} as exit_year,
        motives.exit_class,
        motives.sans_suite_cause
    from {{ ref('stg_exits') }} as stg_exits
    left join {{ ref('int_exit_motives') }} as motives on stg_exits.exit_motive = motives.exit_motive
    {{ where_plie_changed('stg_exits.plie_id') }}
)

select
    exits.plie_id,
    exits.parcours_id,
    exits.exited_on,
    exits.exit_year,
    exits.exit_motive,
    exits.exit_class,
    exits.exit_class <> 'SANS_SUITE' as is_positive,
    exits.sans_suite_cause,
    exits.contract_type,
    exits.contract_started_on,
    exits.contract_months,
    exits.employer_category,
    exits.naf_section,
    entries.entered_on,
    cast(
        {{ dbt.datediff('entries.entered_on', 'exits.exited_on', 'day') }}
        as bigint
    ) as days_in_plie,
    entries.sex,
    entries.age_band,
    entries.education_level,
    entries.deld,
    entries.brsa,
    plie_years.plie_id is not null as in_running,
    coalesce(plie_years.is_complete, false) as in_complete,
    exits.delivery_id,
    exits.line
from exits
inner join {{ ref('fct_entries') }} as entries
    on
        exits.plie_id = entries.plie_id
        and exits.parcours_id = entries.parcours_id
left join {{ ref('int_plie_years') }} as plie_years
    on
        exits.plie_id = plie_years.plie_id
        and exits.exit_year = plie_years.year
{{ where_plie_changed('entries.plie_id') }}
