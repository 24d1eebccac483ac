select
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(parcours_id as {{ dbt.type_string() }}) as parcours_id,
    cast(participant_id as {{ dbt.type_string() }}) as participant_id,
    cast(date_entree as date) as entered_on,
    cast(age_entree as {{ dbt.type_int() }}) as age_at_entry,
    cast(niveau_formation as {{ dbt.type_int() }}) as education_level,
    cast(duree_inscription_mois as {{ dbt.type_int() }}) as months_registered,
    cast(brsa as {{ dbt.type_string() }}) as brsa,
    cast(ass as {{ dbt.type_string() }}) as ass,
    cast(aah as {{ dbt.type_string() }}) as aah,
    cast(rqth as {{ dbt.type_string() }}) as rqth,
    cast(qpv as {{ dbt.type_string() }}) as qpv,
    cast(prescripteur as {{ dbt.type_string() }}) as referrer,
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(line as {{ dbt.type_int() }}) as line
from {{ as_of_build(source('raw', 'parcours')) }}
