-- Grain: one row per PLIE and label. A quantity for each unit of exposure this year against the other PLIE of the
-- nation.
--
-- On the scale of logarithms (see rate_past.sql), with the true differences between PLIE added to chance as in
-- share_peers.sql. What is measured and not counted (euros, full-time equivalents) has no chance of its own.
with

this_year as (
    select
        cells.plie_id,
        cells.label_fr,
        cells.n_events / cells.exposure as observed,
        ln(cells.n_events / cells.exposure) as log_rate,
        case when cells.is_counted then 1.0 / cells.n_events else 0 end as chance_variance
    from cells
    inner join parameters on cells.year = parameters.year
    where cells.exposure > 0 and cells.n_events > 0
),

peers as (
    select
        this_year.label_fr,
        median(this_year.log_rate) as log_rate,
        greatest(0, pow(1.4826 * mad(this_year.log_rate), 2) - median(this_year.chance_variance)) as true_variance
    from this_year
    cross join parameters
    group by this_year.label_fr
    having count(*) >= any_value(parameters.minimum_peers)
),

judged as (
    select
        this_year.plie_id,
        this_year.label_fr,
        this_year.observed,
        exp(peers.log_rate) as usual,
        nullif(sqrt(this_year.chance_variance + peers.true_variance), 0) as usual_move,
        (this_year.log_rate - peers.log_rate) / usual_move as deviation
    from this_year
    left join peers on this_year.label_fr = peers.label_fr
)

select
    judged.plie_id,
    judged.label_fr,
    judged.observed,
    judged.usual,
    case
        when parameters.minimum is not null
            then judged.usual * least(
                exp(parameters.minimum * judged.usual_move), 1 / (1 + parameters.minimum_difference / 100)
            )
    end as lower,
    case
        when parameters.maximum is not null
            then judged.usual * greatest(
                exp(parameters.maximum * judged.usual_move), 1 + parameters.minimum_difference / 100
            )
    end as upper,
    judged.deviation,
    100 * (exp(abs(ln(judged.observed / judged.usual))) - 1) as difference
from judged
cross join parameters
