select
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(rule as {{ dbt.type_string() }}) as rule,
    cast(severity as {{ dbt.type_string() }}) as severity,
    cast(resource as {{ dbt.type_string() }}) as resource,
    cast(field as {{ dbt.type_string() }}) as field,
    cast(count as {{ dbt.type_bigint() }}) as n_rows,
    lines,
    cast(message as {{ dbt.type_string() }}) as message_fr
from {{ as_of_build(source('raw', 'findings')) }}
