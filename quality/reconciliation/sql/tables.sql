-- What all checks read: the cells of the year and of the year before, and the amount of each quantity by territory.
create or replace temp table reconciliation_cells as
select
    scope,
    scope_id,
    year,
    indicator_id,
    category,
    numerator,
    denominator,
    value,
    cast(n_missing as double) as n_missing,
    cast(n_plie as double) as n_plie
from {relation}
where perimeter = 'complete' and year in ($year, $year - 1);

-- the PLIE of the year with the territories in which they count: those of the nation, whatever their region
create or replace temp table reconciliation_plie as
select
    cells.scope_id as plie_id,
    'FR' as national,
    register.region_code as region,
    register.department_code as departement
from (select distinct scope_id from reconciliation_cells where scope = 'plie' and year = $year) as cells
left join marts.dim_plie as register on cells.scope_id = register.plie_id;

create or replace temp table reconciliation_amounts as
with

columns as (
    unpivot reconciliation_cells
    on numerator, denominator, value, n_missing, n_plie
    into name measure value amount
),

-- with no pseudonym: parcours are counted, never named
stock as (
    select
        entries.plie_id,
        count(*) filter (
            where entries.entered_on < make_date($year, 1, 1)
            and coalesce(entries.exited_on >= make_date($year, 1, 1), true)
        ) as open_before,
        count(*) filter (
            where entries.entered_on <= make_date($year, 12, 31)
            and coalesce(entries.exited_on > make_date($year, 12, 31), true)
        ) as open_after
    from marts.fct_entries as entries
    where entries.plie_id in (
        select scope_id from reconciliation_cells
        where scope = 'plie' and year = $year and indicator_id = 'entries.total'
    )
    group by entries.plie_id
),

placed_stock as (
    unpivot (
        select
            stock.open_before,
            stock.open_after,
            unnest(['plie', 'national', 'region', 'departement']) as scope,
            unnest([plie.plie_id, plie.national, plie.region, plie.departement]) as scope_id
        from stock
        inner join reconciliation_plie as plie on stock.plie_id = plie.plie_id
    )
    on open_before, open_after
    into name measure value amount
)

select
    columns.scope,
    columns.scope_id,
    case when columns.year = $year then shown.quantity else shown.quantity || '@before' end as quantity,
    shown.is_whole,
    columns.indicator_id,
    columns.category,
    columns.measure,
    columns.amount
from columns
inner join reconciliation_shown as shown using (indicator_id, category, measure)
where columns.year = $year or columns.scope = 'plie'
union all
select
    scope,
    scope_id,
    'parcours.' || measure as quantity,
    true as is_whole,
    null as indicator_id,
    null as category,
    measure,
    cast(sum(amount) as double) as amount
from placed_stock
where scope_id is not null
group by scope, scope_id, measure;

create or replace temp table reconciliation_compared (
    relation_id varchar,
    scope varchar,
    scope_id varchar,
    item varchar,
    observed double,
    low double,
    high double,
    is_broken boolean
);
