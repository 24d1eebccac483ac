select
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(file_name as {{ dbt.type_string() }}) as file_name,
    cast(sha256 as {{ dbt.type_string() }}) as sha256,
    cast(bytes as {{ dbt.type_bigint() }}) as bytes,
    cast(received_at as {{ dbt.type_timestamp() }}) as received_at,
    cast(status as {{ dbt.type_string() }}) as status,
    cast(contract as {{ dbt.type_string() }}) as contract_version,
    cast(mode as {{ dbt.type_string() }}) as mode,
    cast(created_at as {{ dbt.type_timestamp() }}) as created_at,
    cast(coverage_from as date) as coverage_from,
    cast(coverage_to as date) as coverage_to,
    cast(producer_name as {{ dbt.type_string() }}) as producer_name,
    cast(producer_version as {{ dbt.type_string() }}) as producer_version,
    cast(kept_in as {{ dbt.type_string() }}) as kept_in,
    cast(kept_as as {{ dbt.type_string() }}) as kept_as,
    cast(filed as boolean) as is_filed
from {{ as_of_build(source('raw', 'deliveries')) }}
