select
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(load_number as {{ dbt.type_bigint() }}) as load_number,
    cast(created_at as {{ dbt.type_timestamp() }}) as created_at,
    cast(coverage_from as date) as coverage_from,
    cast(coverage_to as date) as coverage_to
from {{ as_of_build(source('raw', 'loaded_plie')) }}
