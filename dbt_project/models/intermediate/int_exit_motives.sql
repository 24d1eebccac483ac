select
    code as exit_motive,
    label_fr,
    case when {{ adapter.quote('group') }} = 'POSITIVE' then code else 'SANS_SUITE' end as exit_class,
    case
        when {{ adapter.quote('group') }} = 'POSITIVE' then null
        when note like 'change of situation%' then 'CHANGEMENT_SITUATION'
        when code = 'ABANDON' then 'ABANDON'
        else 'AUTRE'
    end as sans_suite_cause
from {{ ref('code_lists') }}
where list = 'MOTIF_SORTIE'
