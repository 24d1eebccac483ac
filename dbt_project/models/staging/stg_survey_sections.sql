select
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(year as integer) as year,
    cast(section as {{ dbt.type_string() }}) as section,
    cast(status as {{ dbt.type_string() }}) as status,
    cast(is_questioned as boolean) as is_questioned,
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id
from {{ as_of_build(source('raw', 'survey_sections')) }}
