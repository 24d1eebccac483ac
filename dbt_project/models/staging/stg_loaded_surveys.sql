select
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(year as integer) as year,
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(load_number as {{ dbt.type_bigint() }}) as load_number,
    cast(received_at as {{ dbt.type_timestamp() }}) as received_at
from {{ as_of_build(source('raw', 'loaded_surveys')) }}
