{#
  Rounds half away from zero at `decimals`, which may be negative (-3 = thousands).
  A little more than a half is added, so that 1.005 is not taken for 1.00499999999999989 (its binary neighbour); in
  doubles alone, which are the same in all engines.
#}
{% macro round_half_away(value, decimals) -%}
    cast(
        sign({{ value }}) * case
            when {{ decimals }} >= 0
                then floor(abs({{ value }}) * power(10, {{ decimals }}) + 0.5000000005e0) / power(10, {{ decimals }})
            else floor(abs({{ value }}) / power(10, -({{ decimals }})) + 0.5000000005e0) * power(10, -({{ decimals }}))
        end as double
    )
{%- endmacro %}
