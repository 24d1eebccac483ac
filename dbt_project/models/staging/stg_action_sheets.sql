select
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(year as integer) as year,
    cast(theme as {{ dbt.type_string() }}) as theme,
    cast(titre as {{ dbt.type_string() }}) as title,
    cast(enjeux as {{ dbt.type_string() }}) as stakes,
    cast(description as {{ dbt.type_string() }}) as description,
    cast(resultats as {{ dbt.type_string() }}) as results,
    cast(partenaires as {{ dbt.type_string() }}) as partners,
    cast(nb_participants as integer) as n_participants,
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(line as integer) as line
from {{ as_of_build(source('raw', 'action_sheets')) }}
