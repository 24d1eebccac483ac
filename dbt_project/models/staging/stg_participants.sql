select
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(participant_id as {{ dbt.type_string() }}) as participant_id,
    cast(sexe as {{ dbt.type_string() }}) as sex,
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(line as {{ dbt.type_int() }}) as line
from {{ as_of_build(source('raw', 'participants')) }}
