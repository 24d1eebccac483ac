-- Grain: one row for the nation. PLIE whose rows were loaded after the marts were built: their figures are old.
select
    null as plie_id,
    'PLIE chargés depuis la construction des tables' as label_fr,
    count(*) filter (where loaded.delivery_id is distinct from built.loaded_delivery_id) as observed
from marts.dim_plie as built
full join raw.loaded_plie as loaded on built.plie_id = loaded.plie_id
