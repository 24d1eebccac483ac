with

resources as (
    select
        delivery_id,
        sum(n_received) as n_received,
        sum(n_loaded) as n_loaded,
        sum(n_rejected) as n_rejected,
        sum(n_warned) as n_warned,
        sum(n_added) as n_added,
        sum(n_changed) as n_changed,
        sum(n_removed) as n_removed
    from {{ ref('stg_delivery_resources') }}
    group by delivery_id
),

findings as (
    select
        delivery_id,
        count(distinct rule) as n_rules_broken
    from {{ ref('stg_findings') }}
    group by delivery_id
)

select
    deliveries.delivery_id,
    deliveries.plie_id,
    deliveries.file_name,
    deliveries.received_at,
    deliveries.created_at,
    deliveries.status,
    loaded.delivery_id is not null or surveys.delivery_id is not null as is_current,
    deliveries.contract_version,
    deliveries.mode,
    deliveries.coverage_from,
    deliveries.coverage_to,
    deliveries.producer_name,
    deliveries.producer_version,
    deliveries.bytes,
    deliveries.sha256,
    {% for count in ['n_received', 'n_loaded', 'n_rejected', 'n_warned', 'n_added', 'n_changed', 'n_removed'] %}
    cast(coalesce(resources.{{ count }}, 0) as bigint) as {{ count }},
    {% endfor %}
    cast(coalesce(findings.n_rules_broken, 0) as bigint) as n_rules_broken
from {{ ref('stg_deliveries') }} as deliveries
left join resources on deliveries.delivery_id = resources.delivery_id
left join findings on deliveries.delivery_id = findings.delivery_id
left join {{ ref('stg_loaded_plie') }} as loaded on deliveries.delivery_id = loaded.delivery_id
left join {{ ref('stg_loaded_surveys') }} as surveys on deliveries.delivery_id = surveys.delivery_id
