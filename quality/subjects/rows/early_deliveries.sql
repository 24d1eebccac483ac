-- Grain: one row for the nation. Complete PLIE whose loaded delivery was made before 15 January: exits of December
-- are often entered after that.
select
    null as plie_id,
    'PLIE dont la livraison date d''avant le 15 janvier' as label_fr,
    100.0 * count(*) filter (where loaded.created_at < make_date(parameters.year + 1, 1, 15)) / nullif(count(*), 0)
        as observed
from raw.loaded_plie as loaded
inner join intermediate.int_plie_years as plie_years on loaded.plie_id = plie_years.plie_id
inner join parameters on plie_years.year = parameters.year
where plie_years.is_complete
group by parameters.year
