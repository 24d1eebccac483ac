-- Grain: one row per PLIE that is loaded for this year. Deliveries that are held and newer than what is loaded.
select
    loaded.plie_id,
    'Livraisons en attente de confirmation' as label_fr,
    count(held.delivery_id) as observed
from raw.loaded_plie as loaded
inner join parameters on year(loaded.coverage_to) >= parameters.year
left join marts.fct_deliveries as held
    on
        loaded.plie_id = held.plie_id
        and held.status = 'held'
        and loaded.created_at < held.created_at
group by loaded.plie_id
