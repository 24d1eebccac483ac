with

regions as (
    select distinct
        region_code,
        region
    from {{ ref('plie_register') }}
    where region_code is not null
),

plie as (
    select
        plie_id,
        name
    from {{ ref('plie_register') }}
)

select
    indicators.indicator_id,
    categories.label_fr as indicator_label_fr,
    categories.section,
    indicators.year,
    indicators.perimeter,
    indicators.scope,
    indicators.scope_id,
    case indicators.scope
        when 'national' then 'France'
        when 'region' then regions.region
        when 'departement' then {{ dbt.concat(["'Département '", 'indicators.scope_id']) }}
        else plie.name
    end as scope_label_fr,
    indicators.category,
    categories.category_label_fr,
    categories.position,
    categories.unit,
    categories.decimals,
    indicators.numerator,
    indicators.denominator,
    indicators.value,
    {{ round_half_away('indicators.value', 'categories.decimals') }} as shown_value,
    indicators.n_missing,
    indicators.n_plie
from {{ ref('indicators') }} as indicators
inner join {{ ref('int_indicator_categories') }} as categories
    on
        indicators.indicator_id = categories.indicator_id
        and indicators.category = categories.category
left join regions on indicators.scope = 'region' and indicators.scope_id = regions.region_code
left join plie on indicators.scope = 'plie' and indicators.scope_id = plie.plie_id
