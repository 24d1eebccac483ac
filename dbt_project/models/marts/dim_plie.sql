select
    register.plie_id,
    register.name,
    register.town,
    register.department_code,
    register.region_code,
    register.region,
    register.named_in_2021_annex = 'oui' as named_in_2021_annex,
    register.opened_on,
    register.closed_on,
    register.closed_on is null as is_open,
    loaded.delivery_id is not null as is_loaded,
    loaded.coverage_from,
    loaded.coverage_to,
    loaded.delivery_id as loaded_delivery_id,
    register.note
from {{ ref('plie_register') }} as register
left join {{ ref('stg_loaded_plie') }} as loaded on register.plie_id = loaded.plie_id
