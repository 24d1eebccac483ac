-- Grain: one row per PLIE and category. The share of a category this year against the other PLIE of the nation.
--
-- On Anscombe's scale (see share_past.sql). PLIE truly differ from one another: what lies between them beyond chance
-- is the spread of the middle of the field (1.4826 * median absolute deviation) less what chance explains, and adds
-- to the chance of each one, as in a funnel plot with additive overdispersion (Spiegelhalter 2005).
with

this_year as (
    select
        cells.plie_id,
        cells.label_fr,
        100.0 * cells.n_category / cells.n_total as observed,
        asin(sqrt((cells.n_category + 0.375) / (cells.n_total + 0.75))) as angle,
        1 / (4.0 * cells.n_total + 2) as chance_variance
    from cells
    inner join parameters on cells.year = parameters.year
    where cells.n_total > 0
),

peers as (
    select
        this_year.label_fr,
        median(this_year.angle) as angle,
        median(this_year.observed) as usual,
        greatest(0, pow(1.4826 * mad(this_year.angle), 2) - median(this_year.chance_variance)) as true_variance
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
        peers.usual,
        peers.angle as expected_angle,
        sqrt(this_year.chance_variance + peers.true_variance) as usual_move,
        (this_year.angle - peers.angle) / usual_move as deviation,
        100 * pow(sin(peers.angle), 2) as expected_share
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
            then greatest(0, least(
                100 * pow(sin(greatest(judged.expected_angle + parameters.minimum * judged.usual_move, 0)), 2),
                judged.expected_share - parameters.minimum_difference
            ))
    end as lower,
    case
        when parameters.maximum is not null
            then least(100, greatest(
                100 * pow(sin(least(judged.expected_angle + parameters.maximum * judged.usual_move, pi() / 2)), 2),
                judged.expected_share + parameters.minimum_difference
            ))
    end as upper,
    judged.deviation,
    abs(judged.observed - judged.expected_share) as difference
from judged
cross join parameters
