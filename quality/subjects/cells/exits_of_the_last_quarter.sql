-- Grain: one row per PLIE and complete year. Exits from October to December among all exits of the year: exits that
-- are entered late are first missed there.
select
    plie_id,
    exit_year as year,
    'Sorties d''octobre à décembre' as label_fr,
    count(*) filter (where month(exited_on) >= 10) as n_category,
    count(*) as n_total
from marts.fct_exits
where in_complete
group by plie_id, exit_year
