with

figures as (
    select
        indicator_id,
        year,
        perimeter,
        scope,
        scope_id,
        category,
        numerator,
        denominator,
        value,
        n_plie
    from {{ ref('indicators') }}
)

select
    own.scope_id as plie_id,
    own.scope_label_fr as plie_name,
    register.department_code,
    register.region_code,
    own.indicator_id,
    own.indicator_label_fr,
    own.year,
    own.perimeter,
    own.category,
    own.category_label_fr,
    own.unit,
    own.numerator,
    own.denominator,
    own.value,
    departments.value as department_value,
    departments.n_plie as n_plie_department,
    regions.value as region_value,
    regions.n_plie as n_plie_region,
    nation.value as national_value,
    nation.n_plie as n_plie_national
from {{ ref('indicators_labelled') }} as own
inner join {{ ref('plie_register') }} as register on own.scope_id = register.plie_id
inner join figures as nation
    on
        nation.scope = 'national'
        and own.indicator_id = nation.indicator_id
        and own.year = nation.year
        and own.perimeter = nation.perimeter
        and own.category = nation.category
left join figures as regions
    on
        regions.scope = 'region'
        and register.region_code = regions.scope_id
        and own.indicator_id = regions.indicator_id
        and own.year = regions.year
        and own.perimeter = regions.perimeter
        and own.category = regions.category
left join figures as departments
    on
        departments.scope = 'departement'
        and register.department_code = departments.scope_id
        and own.indicator_id = departments.indicator_id
        and own.year = departments.year
        and own.perimeter = departments.perimeter
        and own.category = departments.category
where own.scope = 'plie'
