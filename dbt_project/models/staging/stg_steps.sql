select
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(etape_id as {{ dbt.type_string() }}) as step_id,
    cast(parcours_id as {{ dbt.type_string() }}) as parcours_id,
    cast(type_etape as {{ dbt.type_string() }}) as step_type,
    cast(type_contrat as {{ dbt.type_string() }}) as contract_type,
    cast(structure_accueil as {{ dbt.type_string() }}) as host_structure,
    cast(date_debut as date) as started_on,
    cast(date_fin as date) as ended_on,
    cast(heures as double) as hours,
    cast(cofinance_fse as {{ dbt.type_string() }}) as esf_cofunded,
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(line as {{ dbt.type_int() }}) as line
from {{ as_of_build(source('raw', 'etapes')) }}
