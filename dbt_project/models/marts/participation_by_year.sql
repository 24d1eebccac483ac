{% set totals = {
    'n_plie_known': 'participation.plie_known',
    'n_plie_participating': 'participation.plie_participating',
    'participation_rate_percent': 'participation.rate',
    'n_active_participants': 'active.participants',
    'n_active_on_31_december': 'active.on_31_december',
    'n_entries': 'entries.total',
    'n_exits': 'exits.total',
    'n_steps': 'steps.total',
} %}

select
    year,
    perimeter,
    {% for column, indicator_id in totals.items() %}
    cast(
        max(case when indicator_id = '{{ indicator_id }}' then value end)
        as {{ 'double' if column.endswith('percent') else 'bigint' }}
    ) as {{ column }},
    {% endfor %}
    cast(max(case when indicator_id = 'active.participants' then n_plie end) as bigint) as n_plie_counted
from {{ ref('indicators') }}
where
    scope = 'national' and category = 'TOTAL'
    and indicator_id in (
        {% for indicator_id in totals.values() %}
        '{{ indicator_id }}'{{ ',' if not loop.last }}
        {% endfor %}
    )
group by year, perimeter
