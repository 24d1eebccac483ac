-- Grain: one row per label. The change in percent, from the year before, of what the PLIE of both years count
-- together.
with

both_years as (
    select
        this_year.label_fr,
        sum(this_year.n_events) / sum(this_year.exposure) as rate,
        sum(former.n_events) / sum(former.exposure) as former_rate
    from cells as this_year
    inner join parameters on this_year.year = parameters.year
    inner join cells as former
        on
            this_year.plie_id = former.plie_id
            and this_year.label_fr = former.label_fr
            and this_year.year - 1 = former.year
    group by this_year.label_fr
    having sum(former.n_events) > 0
)

select
    null as plie_id,
    label_fr,
    100 * (rate / former_rate - 1) as observed
from both_years
