-- Grain: one row per PLIE and category. The share of a category this year against the PLIE's own past years.
--
-- Shares are compared on Anscombe's scale, asin(sqrt((x + 3/8) / (n + 3/4))), on which chance moves a share by 1 /
-- sqrt(4 n + 2) whatever the share (Anscombe 1948): a small PLIE has to move further than a large one. What all PLIE
-- did together (the median change) is taken off, and where PLIE move more than chance alone would have it, that is
-- what counts as usual (1.4826 * median absolute deviation, never under 1).
with

this_year as (
    select
        cells.plie_id,
        cells.label_fr,
        cells.n_category,
        cells.n_total
    from cells
    inner join parameters on cells.year = parameters.year
    where cells.n_total > 0
),

own_past as (
    select
        cells.plie_id,
        cells.label_fr,
        sum(cells.n_category) as n_category,
        sum(cells.n_total) as n_total
    from cells
    inner join parameters
        on cells.year between parameters.year - parameters.past_years and parameters.year - 1
    group by cells.plie_id, cells.label_fr
    having sum(cells.n_total) > 0
),

changes as (
    select
        this_year.plie_id,
        this_year.label_fr,
        100.0 * this_year.n_category / this_year.n_total as observed,
        100.0 * own_past.n_category / own_past.n_total as usual,
        asin(sqrt((own_past.n_category + 0.375) / (own_past.n_total + 0.75))) as usual_angle,
        asin(sqrt((this_year.n_category + 0.375) / (this_year.n_total + 0.75))) - usual_angle as change,
        sqrt(1 / (4.0 * this_year.n_total + 2) + 1 / (4.0 * own_past.n_total + 2)) as chance
    from this_year
    left join own_past
        on
            this_year.plie_id = own_past.plie_id
            and this_year.label_fr = own_past.label_fr
),

together as (
    select
        changes.label_fr,
        case when count(changes.change) >= any_value(parameters.minimum_peers) then median(changes.change) else 0 end
            as shift
    from changes
    cross join parameters
    group by changes.label_fr
),

spread as (
    select
        changes.label_fr,
        case
            when count(changes.change) >= any_value(parameters.minimum_peers)
                then greatest(1, 1.4826 * mad((changes.change - together.shift) / changes.chance))
            else 1
        end as scale
    from changes
    inner join together on changes.label_fr = together.label_fr
    cross join parameters
    group by changes.label_fr
),

judged as (
    select
        changes.*,
        changes.usual_angle + together.shift as expected_angle,
        changes.chance * spread.scale as usual_move,
        (changes.change - together.shift) / usual_move as deviation,
        100 * pow(sin(least(greatest(expected_angle, 0), pi() / 2)), 2) as expected_share
    from changes
    inner join together on changes.label_fr = together.label_fr
    inner join spread on changes.label_fr = spread.label_fr
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
