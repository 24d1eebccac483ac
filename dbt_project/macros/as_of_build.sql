{#
  A table of `raw` as one build sees it. Into a DuckLake others load while models are built: every model reads the same
  snapshot of it, that of `plie build` or, by hand, of the beginning of the run. The view keeps its number: until the next
  build, views show what the tables were made of. Nobody can load into the other stores during a build.
#}
{% macro as_of_build(relation) -%}
    {{ return(adapter.dispatch('as_of_build')(relation)) }}
{%- endmacro %}

{% macro default__as_of_build(relation) -%}
    {{ return(relation) }}
{%- endmacro %}

{% macro duckdb__as_of_build(relation) -%}
    {% if not execute or not adapter.is_ducklake(relation) %}
        {{ return(relation) }}
    {% endif %}
    {% set snapshot = run_query("select getvariable('build_snapshot')").columns[0].values()[0] %}
    {{ return(relation ~ ' at (version => ' ~ (snapshot | int) ~ ')') }}
{%- endmacro %}
