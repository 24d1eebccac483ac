-- Grain: one row per PLIE, complete year and attribute of entries. Entries for which the attribute was not supplied.
select
    scope_id as plie_id,
    year,
    case indicator_id
        when 'entries.by_sex' then 'Sexe'
        when 'entries.by_age_band' then 'Âge'
        when 'entries.by_education' then 'Niveau de formation'
        else coalesce(category_label_fr, category)
    end as label_fr,
    max(n_missing) as n_category,
    max(n_entries_total) as n_total
from marts.entries_by_profile
where
    scope = 'plie'
    and perimeter = 'complete'
    and indicator_id in ('entries.by_sex', 'entries.by_age_band', 'entries.by_education', 'entries.by_situation')
group by scope_id, year, label_fr
