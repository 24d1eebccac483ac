-- Grain: one row per complete PLIE. Rows that the gate rejected from the delivery that is loaded: they are in no
-- figure.
select
    deliveries.plie_id,
    'Lignes rejetées' as label_fr,
    100.0 * sum(deliveries.n_rejected) / nullif(sum(deliveries.n_received), 0) as observed,
    sum(deliveries.n_rejected) as difference
from marts.fct_deliveries as deliveries
inner join intermediate.int_plie_years as plie_years on deliveries.plie_id = plie_years.plie_id
inner join parameters on plie_years.year = parameters.year
where
    deliveries.is_current
    and deliveries.mode <> 'survey'
    and plie_years.is_complete
group by deliveries.plie_id
