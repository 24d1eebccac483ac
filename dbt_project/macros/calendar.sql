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

{#
  Days as months, a month being a twelfth of a year of 365.25 days: 30.4375 days, or 487 / 16. An exact number to 15
  decimals, by whole numbers alone: what a quotient of decimals or of doubles gives depends on the engine.
#}
{% macro months_of(days) -%}
    cast({{ whole_quotient(days ~ ' * 16', 487) }} as decimal(30, 15))
    + cast({{ whole_quotient('((' ~ days ~ ' * 16) % 487) * 1000000000000000', 487) }} as decimal(16, 0))
    * cast('0.000000000000001' as decimal(16, 15))
{%- endmacro %}
