{# Type of what is summed over PLIE: exact, so that a total does not depend on the order in which parts are added. #}
{% macro exact_number() -%}
    decimal(38, 15)
{%- endmacro %}

{# The double nearest to an exact number. Engines divide the digits by a power of ten, each in its own way; a text they all read to the last binary digit. #}
{% macro nearest_double(number) -%}
    cast(cast({{ number }} as {{ dbt.type_string() }}) as double)
{%- endmacro %}

{# The quotient of whole numbers without what remains: no operator is the same in two engines. #}
{% macro whole_quotient(dividend, divisor) -%}
    {{ return(adapter.dispatch('whole_quotient')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__whole_quotient(dividend, divisor) -%}
    ({{ dividend }}) // ({{ divisor }})
{%- endmacro %}

{% macro spark__whole_quotient(dividend, divisor) -%}
    ({{ dividend }}) div ({{ divisor }})
{%- endmacro %}
