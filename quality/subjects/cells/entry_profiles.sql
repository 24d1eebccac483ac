-- Grain: one row per PLIE, complete year and category of one indicator of entries. Entries whose attribute was not
-- supplied are in neither part: they are judged by entries.not_supplied_past and entries.not_supplied_peers.
select
    profiles.scope_id as plie_id,
    profiles.year,
    coalesce(profiles.category_label_fr, profiles.category) as label_fr,
    profiles.n_entries as n_category,
    profiles.n_entries_total - profiles.n_missing as n_total
from marts.entries_by_profile as profiles
inner join parameters on profiles.indicator_id = parameters.indicator_id
where
    profiles.scope = 'plie'
    and profiles.perimeter = 'complete'
    and profiles.category not in ('NR', 'N')
