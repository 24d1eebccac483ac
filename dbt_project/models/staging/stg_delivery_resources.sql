select
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(resource as {{ dbt.type_string() }}) as resource,
    cast(received as {{ dbt.type_bigint() }}) as n_received,
    cast(loaded as {{ dbt.type_bigint() }}) as n_loaded,
    cast(rejected as {{ dbt.type_bigint() }}) as n_rejected,
    cast(warned as {{ dbt.type_bigint() }}) as n_warned,
    cast(added as {{ dbt.type_bigint() }}) as n_added,
    cast(changed as {{ dbt.type_bigint() }}) as n_changed,
    cast(removed as {{ dbt.type_bigint() }}) as n_removed
from {{ as_of_build(source('raw', 'delivery_resources')) }}
