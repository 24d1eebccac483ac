{#
  Before the first node of any run: what an engine needs to find `raw`. DuckDB has it in the same database. Spark reads
  the Parquet files that `orchestration/spark/landing.py` left below the data root.
#}
{% macro attach_raw() -%}
    {{ return(adapter.dispatch('attach_raw')()) }}
{%- endmacro %}

{% macro default__attach_raw() -%}
{%- endmacro %}

{% macro spark__attach_raw() -%}
    {% if execute %}
    {% set data = env_var('PLIE_DATA', 'data') %}
    {# Tables end with their session; files of the last one would be in the way of this one. #}
    {% do run_query(
        "insert overwrite directory '" ~ data ~ "/spark/warehouse' using parquet select 1 as nothing where false"
    ) %}
    {% do run_query('create schema if not exists raw') %}
    {% for table in graph.sources.values() if table.source_name == 'raw' %}
    {% do run_query('drop table if exists raw.' ~ table.name) %}
    {% do run_query(
        'create table raw.' ~ table.name ~ " using parquet location '"
        ~ data ~ '/parquet/raw/' ~ table.name ~ "'"
    ) %}
    {% endfor %}
    {% endif %}
{%- endmacro %}
