{% set profiles = {
    'HOMMES': "sex = 'H'",
    'FEMMES': "sex = 'F'",
    'DELD': "deld = 'oui'",
    'BRSA': "brsa = 'oui'",
    'NIVEAU_1_2': 'education_level <= 2',
} %}

with

cells as (
    select *
    from {{ ref('int_indicator_cells') }}
    where indicator_id like 'exits.%' {{ where_plie_changed(keyword='and') }}
),

totals as (
    select * from {{ ref('int_plie_year_totals') }}
),

exits as (
    select
        *,
        exit_year as year
    from {{ ref('fct_exits') }}
    where in_running {{ where_plie_changed(keyword='and') }}
),

counted as (
    {{ total_cell('totals', 'exits.total', 'exits') }}
    union all
    {{ count_cells('exits', 'exits.by_class', 'exit_class') }}
    union all
    {{ count_cells('exits', 'exits.positive_by_outcome', 'exit_class', where='is_positive') }}
    union all
    {{ count_cells('exits', 'exits.sans_suite_by_cause', 'sans_suite_cause', where='not is_positive') }}
    union all
    {{ count_cells('exits', 'exits.sans_suite_share_of_exits', 'sans_suite_cause', where='not is_positive') }}
    {% for indicator in ['positive_rate_total', 'positive_rate_neutralised', 'positive_to_entries'] %}
    union all
    {{ total_cell('totals', 'exits.' ~ indicator, 'positive_exits') }}
    {% endfor %}
    union all
    {{ count_cells(
        'exits', 'exits.positive_by_sector', 'naf_section', where='is_positive and naf_section is not null'
    ) }}
    union all
    {{ count_cells(
        'exits', 'exits.durable_by_employer', 'employer_category',
        where="exit_class = 'EMPLOI_DURABLE' and employer_category is not null"
    ) }}
    union all
    {{ count_cells('exits', 'exits.contracts_by_type', 'contract_type', where='contract_type is not null') }}
    union all
    {{ total_cell('totals', 'exits.contracts_durable', 'exits_with_durable_contract') }}
    {% for profile, condition in profiles.items() %}
    union all
    {{ count_cells(
        'exits', 'exits.positive_rate_by_profile', "'" ~ profile ~ "'", where='is_positive and ' ~ condition
    ) }}
    {% endfor %}
),

exits_by_profile as (
    {% for profile, condition in profiles.items() %}
    {{ count_cells('exits', 'exits.positive_rate_by_profile', "'" ~ profile ~ "'", where=condition) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    cells.plie_id,
    cells.year,
    cells.indicator_id,
    cells.category,
    cast(coalesce(counted.numerator, 0) as {{ exact_number() }}) as numerator,
    cast(
        case cells.indicator_id
            when 'exits.by_class' then totals.exits
            when 'exits.positive_by_outcome' then totals.positive_exits
            when 'exits.sans_suite_by_cause' then totals.sans_suite_exits
            when 'exits.sans_suite_share_of_exits' then totals.exits
            when 'exits.positive_rate_total' then totals.exits
            when 'exits.positive_rate_neutralised' then totals.exits - totals.change_of_situation_exits
            when 'exits.positive_to_entries' then totals.entries
            when 'exits.positive_by_sector' then totals.positive_exits_with_sector
            when 'exits.durable_by_employer' then totals.durable_exits_with_employer
            when 'exits.contracts_by_type' then totals.exits_with_contract
            when 'exits.contracts_durable' then totals.exits_with_contract
            when 'exits.positive_rate_by_profile' then coalesce(exits_by_profile.numerator, 0)
        end as bigint
    ) as denominator,
    -- these denominators hold only what was supplied; those of the other indicators hang on no optional field
    cast(
        case
            when cells.indicator_id in (
                'exits.positive_by_sector',
                'exits.durable_by_employer',
                'exits.contracts_by_type',
                'exits.contracts_durable',
                'exits.positive_rate_by_profile'
            ) then 0
        end as bigint
    ) as n_missing
from cells
inner join totals on cells.plie_id = totals.plie_id and cells.year = totals.year
left join counted
    on
        cells.plie_id = counted.plie_id
        and cells.year = counted.year
        and cells.indicator_id = counted.indicator_id
        and cells.category = counted.category
left join exits_by_profile
    on
        cells.plie_id = exits_by_profile.plie_id
        and cells.year = exits_by_profile.year
        and cells.indicator_id = exits_by_profile.indicator_id
        and cells.category = exits_by_profile.category
