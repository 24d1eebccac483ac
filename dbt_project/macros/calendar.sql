{# Days and years. `make_date` and `extract` are the same in DuckDB, Spark and Postgres. #}

{% macro year_of(day) -%}
    cast(extract(year from {{ day }}) as integer)
{%- endmacro %}

{% macro first_day_of(year) -%}
    make_date(cast({{ year }} as integer), 1, 1)
{%- endmacro %}

{% macro last_day_of(year) -%}
    make_date(cast({{ year }} as integer), 12, 31)
{%- endmacro %}
