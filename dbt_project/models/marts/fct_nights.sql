with

nights as (
    select
        *,
        status in ('accepted', 'accepted_with_rejects') as is_accepted
    from {{ ref('stg_night_outcomes') }}
),

with_last_accepted as (
    select
        *,
        max(case when is_accepted then night_on end) over (
            partition by plie_id
            order by night_on
            rows between unbounded preceding and current row
        ) as last_accepted_on
    from nights
)

select
    night_on,
    plie_id,
    status,
    is_accepted,
    n_deliveries,
    n_attempts,
    is_reached,
    delivery_id,
    file_name,
    message,
    cast(
        {{ dbt.datediff('last_accepted_on', 'night_on', 'day') }}
        as integer
    ) as n_nights_since_accepted,
    recorded_at
from with_last_accepted
