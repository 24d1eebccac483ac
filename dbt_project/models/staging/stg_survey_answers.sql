select
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(year as integer) as year,
    cast(section as {{ dbt.type_string() }}) as section,
    cast(code as {{ dbt.type_string() }}) as code,
    cast(figure as {{ dbt.type_string() }}) as figure,
    value,
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(line as integer) as line
from {{ as_of_build(source('raw', 'survey_answers')) }}
