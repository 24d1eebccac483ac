-- Grain: one row per PLIE and label. A count this year, or a count for each unit of exposure, against the PLIE's own
-- past.
--
-- Compared as a ratio, on the scale of logarithms, where chance moves a count x by 1 / sqrt(x): a small PLIE has to
-- move further than a large one. What all PLIE did together is taken off and the spread of the field counts as in
-- share_past.sql. A count of nothing is judged elsewhere (completeness.nothing_entered) and is not applicable here.
with

this_year as (
    select
        cells.plie_id,
        cells.label_fr,
        cells.n_events,
        cells.n_events / cells.exposure as observed
    from cells
    inner join parameters on cells.year = parameters.year
    where cells.exposure > 0
),

own_past as (
    select
        cells.plie_id,
        cells.label_fr,
        sum(cells.n_events) as n_events,
        sum(cells.n_events) / sum(cells.exposure) as usual
    from cells
    inner join parameters
        on cells.year between parameters.year - parameters.past_years and parameters.year - 1
    where cells.exposure > 0
    group by cells.plie_id, cells.label_fr
    having sum(cells.n_events) > 0
),

changes as (
    select
        this_year.plie_id,
        this_year.label_fr,
        this_year.observed,
        own_past.usual,
        case when this_year.n_events > 0 then ln(this_year.observed / own_past.usual) end as change,
        case when this_year.n_events > 0 then sqrt(1.0 / this_year.n_events + 1.0 / own_past.n_events) end as chance
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
        changes.plie_id,
        changes.label_fr,
        changes.observed,
        changes.usual,
        changes.usual * exp(together.shift) as expected_rate,
        changes.chance * spread.scale as usual_move,
        (changes.change - together.shift) / usual_move as deviation
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
            then judged.expected_rate * least(
                exp(parameters.minimum * judged.usual_move), 1 / (1 + parameters.minimum_difference / 100)
            )
    end as lower,
    case
        when parameters.maximum is not null
            then judged.expected_rate * greatest(
                exp(parameters.maximum * judged.usual_move), 1 + parameters.minimum_difference / 100
            )
    end as upper,
    judged.deviation,
    100 * (exp(abs(ln(nullif(judged.observed, 0) / judged.expected_rate))) - 1) as difference
from judged
cross join parameters
