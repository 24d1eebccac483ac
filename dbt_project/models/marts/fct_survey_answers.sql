{% set code_lists = {
    'funding': 'FINANCEUR',
    'allocation_operator': 'STRUCTURE',
    'allocation_operation': 'OPERATION',
    'referents_by_employer': 'STRUCTURE',
} %}

with

lists as (
    {% for section, code_list in code_lists.items() %}
    select
        '{{ section }}' as section,
        '{{ code_list }}' as code_list
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

summed as (
    select
        plie_id,
        year,
        section,
        code,
        figure,
        sum(value) as value,
        max(delivery_id) as delivery_id
    from {{ ref('stg_survey_answers') }}
    group by plie_id, year, section, code, figure
)

select
    summed.plie_id,
    summed.year,
    summed.section,
    summed.code,
    code_lists.label_fr as code_label_fr,
    code_lists.{{ adapter.quote('group') }} as code_group,
    summed.figure,
    cast(summed.value as decimal(18, 2)) as value,
    summed.delivery_id
from summed
left join lists on summed.section = lists.section
left join {{ ref('code_lists') }} as code_lists
    on
        lists.code_list = code_lists.list
        and summed.code = code_lists.code
