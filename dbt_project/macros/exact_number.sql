{# Type of what is summed over PLIE: exact, so that a total does not depend on the order in which parts are added. #}
{% macro exact_number() -%}
    decimal(38, 15)
{%- endmacro %}
