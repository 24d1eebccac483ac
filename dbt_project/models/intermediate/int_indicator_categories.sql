with

catalogue as (
    select * from {{ ref('indicator_catalogue') }}
),

numbers as (
    {{ dbt.generate_series(32) }}
),

positions as (
    select cast(generated_number as integer) as position from numbers
),

tokens as (
    select
        catalogue.indicator_id,
        positions.position,
        {{ dbt.split_part("coalesce(catalogue.categories, 'TOTAL')", "';'", 'positions.position') }} as token
    from catalogue
    cross join positions
),

-- a token that is the name of a code list stands for all codes of that list
categories as (
    select
        tokens.indicator_id,
        tokens.position,
        coalesce(code_lists.code, tokens.token) as category,
        code_lists.label_fr
    from tokens
    left join {{ ref('code_lists') }} as code_lists on tokens.token = code_lists.list
    where tokens.token <> ''
)

select
    categories.indicator_id,
    categories.category,
    cast(
        row_number() over (
            partition by categories.indicator_id order by categories.position, categories.category
        ) as integer
    ) as position,
    coalesce(category_labels.label_fr, categories.label_fr, catalogue.label_fr) as category_label_fr,
    catalogue.section,
    catalogue.label_fr,
    catalogue.unit,
    catalogue.decimals,
    catalogue.base
from categories
inner join catalogue on categories.indicator_id = catalogue.indicator_id
left join {{ ref('category_labels') }} as category_labels
    on
        categories.indicator_id = category_labels.indicator_id
        and categories.category = category_labels.category
