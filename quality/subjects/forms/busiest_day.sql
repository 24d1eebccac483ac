-- Grain: one row per PLIE that has any event this year. The share of its events that bear one and the same date;
-- `difference` is how many these are.
with

days as (
    select
        cells.plie_id,
        cells.happened_on,
        count(*) as n_events
    from cells
    inner join parameters on cells.year = parameters.year
    group by cells.plie_id, cells.happened_on
)

select
    plie_id,
    'le ' || strftime(arg_max(happened_on, (n_events, happened_on)), '%d/%m/%Y') as label_fr,
    100.0 * max(n_events) / sum(n_events) as observed,
    max(n_events) as difference
from days
group by plie_id
