{#
  Rounds half away from zero at `decimals`, which may be negative (-3 = thousands).
  The detour by a decimal of 9 places keeps 1.005 from being taken for 1.00499999999999989 (its binary neighbour).
#}
{% macro round_half_away(value, decimals) -%}
    cast(
        sign({{ value }}) * case
            when {{ decimals }} >= 0
                then
                    floor(cast(abs({{ value }}) * power(10, {{ decimals }}) as decimal(38, 9)) + 0.5)
                    / power(10, {{ decimals }})
            else
                floor(cast(abs({{ value }}) / power(10, -({{ decimals }})) as decimal(38, 9)) + 0.5)
                * power(10, -({{ decimals }}))
        end as double
    )
{%- endmacro %}
