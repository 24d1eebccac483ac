{#
  Constraints that a model declares. DuckDB's own tables enforce all of them; DuckLake takes `not null` alone, Spark
  none on Parquet: there the data test `declared_constraints` looks at the rows.
#}
{% macro enforces_constraints() -%}
    {{ return(target.type == 'duckdb' and not adapter.is_ducklake(this)) }}
{%- endmacro %}

{# dbt-spark would alter the table, which only Delta knows. #}
{% macro spark__persist_constraints(relation, model) %}
{% endmacro %}

{# What dbt writes between the parentheses of a table with a contract. A DuckLake refuses more than `not null`. #}
{% macro duckdb__get_table_columns_and_constraints() -%}
    {% if enforces_constraints() %}
        {{ return(table_columns_and_constraints()) }}
    {% endif %}
    (
    {% for column in model.columns.values() -%}
        {{ adapter.quote(column.name) if column.quote else column.name }} {{ column.data_type }}
        {%- if column.constraints | selectattr('type', 'equalto', 'not_null') | list %} not null{% endif %}
        {{- ',' if not loop.last }}
    {% endfor -%}
    )
{%- endmacro %}
