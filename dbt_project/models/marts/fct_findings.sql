select
    findings.delivery_id,
    deliveries.plie_id,
    deliveries.received_at,
    findings.rule,
    findings.severity,
    findings.resource,
    findings.field,
    findings.n_rows,
    findings.message_fr
from {{ ref('stg_findings') }} as findings
inner join {{ ref('stg_deliveries') }} as deliveries on findings.delivery_id = deliveries.delivery_id
