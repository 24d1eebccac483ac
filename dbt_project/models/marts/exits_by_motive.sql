with

counted as (
    select
        plie_id,
        exit_year as year,
        exit_motive,
        count(*) as n_exits
    from {{ ref('fct_exits') }}
    where in_running
    group by plie_id, exit_year, exit_motive
),

by_scope as (
    select
        scopes.year,
        scopes.perimeter,
        scopes.scope,
        scopes.scope_id,
        motives.exit_motive,
        motives.label_fr as exit_motive_label_fr,
        motives.exit_class,
        motives.sans_suite_cause,
        coalesce(sum(counted.n_exits), 0) as n_exits,
        count(*) as n_plie
    from {{ ref('int_scopes') }} as scopes
    cross join {{ ref('int_exit_motives') }} as motives
    left join counted
        on
            scopes.plie_id = counted.plie_id
            and scopes.year = counted.year
            and motives.exit_motive = counted.exit_motive
    where scopes.base = 'transfers'
    group by
        scopes.year,
        scopes.perimeter,
        scopes.scope,
        scopes.scope_id,
        motives.exit_motive,
        motives.label_fr,
        motives.exit_class,
        motives.sans_suite_cause
),

with_total as (
    select
        *,
        sum(n_exits) over (partition by year, perimeter, scope, scope_id) as n_exits_total
    from by_scope
)

select
    year,
    perimeter,
    scope,
    scope_id,
    exit_motive,
    exit_motive_label_fr,
    exit_class,
    sans_suite_cause,
    cast(n_exits as bigint) as n_exits,
    cast(n_exits_total as bigint) as n_exits_total,
    cast(100 * cast(n_exits as double) / nullif(n_exits_total, 0) as double) as share_percent,
    cast(n_plie as bigint) as n_plie
from with_total
