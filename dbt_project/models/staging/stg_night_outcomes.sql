select
    cast(night as date) as night_on,
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(status as {{ dbt.type_string() }}) as status,
    cast(n_deliveries as integer) as n_deliveries,
    cast(n_attempts as integer) as n_attempts,
    cast(is_reached as boolean) as is_reached,
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(file_name as {{ dbt.type_string() }}) as file_name,
    cast(message as {{ dbt.type_string() }}) as message,
    cast(recorded_at as {{ dbt.type_timestamp() }}) as recorded_at
from {{ as_of_build(source('raw', 'night_outcomes')) }}
