select
    cast(plie_id as {{ dbt.type_string() }}) as plie_id,
    cast(parcours_id as {{ dbt.type_string() }}) as parcours_id,
    cast(date_sortie as date) as exited_on,
    cast(motif_sortie as {{ dbt.type_string() }}) as exit_motive,
    cast(type_contrat as {{ dbt.type_string() }}) as contract_type,
    cast(date_debut_contrat as date) as contract_started_on,
    cast(duree_contrat_mois as {{ dbt.type_int() }}) as contract_months,
    cast(categorie_employeur as {{ dbt.type_string() }}) as employer_category,
    cast(secteur_naf as {{ dbt.type_string() }}) as naf_section,
    cast(delivery_id as {{ dbt.type_string() }}) as delivery_id,
    cast(line as {{ dbt.type_int() }}) as line
from {{ as_of_build(source('raw', 'sorties')) }}
