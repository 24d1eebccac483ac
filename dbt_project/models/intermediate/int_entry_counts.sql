{% set situations = ['brsa', 'deld', 'ass', 'aah', 'rqth', 'qpv'] %}

with

cells as (
    select *
    from {{ ref('int_indicator_cells') }}
    where indicator_id like 'entries.%' {{ where_plie_changed(keyword='and') }}
),

totals as (
    select * from {{ ref('int_plie_year_totals') }}
),

entries as (
    select
        *,
        entry_year as year,
        coalesce(cast(education_level as {{ dbt.type_string() }}), 'NR') as education
    from {{ ref('fct_entries') }}
    where in_running {{ where_plie_changed(keyword='and') }}
),

counted as (
    {{ total_cell('totals', 'entries.total', 'entries') }}
    union all
    {{ total_cell('totals', 'entries.low_qualified', 'low_qualified_entries') }}
    union all
    {{ count_cells('entries', 'entries.by_sex', 'sex') }}
    union all
    {{ count_cells('entries', 'entries.by_age_band', 'age_band') }}
    union all
    {{ count_cells('entries', 'entries.by_education', 'education') }}
    {% for situation in situations %}
    union all
    {{ count_cells('entries', 'entries.by_situation', "'" ~ situation | upper ~ "'", where=situation ~ " = 'oui'") }}
    {% endfor %}
),

-- not supplied and declined alike: nobody can say on which side of the share the person stands
missing as (
    select
        plie_id,
        year,
        count(case when sex = 'N' then 1 end) as sex,
        count(case when age_band = 'NR' then 1 end) as age,
        count(case when education_level is null then 1 end) as education,
        {% for situation in situations %}
        count(case when {{ situation }} is null or {{ situation }} = 'refus' then 1 end) as {{ situation }}
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from entries
    group by plie_id, year
)

select
    cells.plie_id,
    cells.year,
    cells.indicator_id,
    cells.category,
    cast(coalesce(counted.numerator, 0) as {{ exact_number() }}) as numerator,
    cast(case when cells.unit <> 'count' then totals.entries end as bigint) as denominator,
    cast(
        case
            when cells.unit = 'count' then null
            else coalesce(
                case cells.indicator_id
                    when 'entries.by_sex' then missing.sex
                    when 'entries.by_age_band' then missing.age
                    when 'entries.by_education' then missing.education
                    when 'entries.low_qualified' then missing.education
                    when 'entries.by_situation'
                        then
                            case cells.category
                                {% for situation in situations %}
                                when '{{ situation | upper }}' then missing.{{ situation }}
                                {% endfor %}
                            end
                end,
                0
            )
        end as bigint
    ) as n_missing
from cells
inner join totals on cells.plie_id = totals.plie_id and cells.year = totals.year
left join missing on cells.plie_id = missing.plie_id and cells.year = missing.year
left join counted
    on
        cells.plie_id = counted.plie_id
        and cells.year = counted.year
        and cells.indicator_id = counted.indicator_id
        and cells.category = counted.category
