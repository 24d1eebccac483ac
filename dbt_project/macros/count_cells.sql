{# Branches of the union in which a section counts its numerators: one row per PLIE, year, indicator and category. #}

{# Rows of `relation` by the category that `category` says; `rows` when a row of it already stands for several. #}
{% macro count_cells(relation, indicator_id, category, where=none, rows=none) -%}
    select
        plie_id,
        year,
        '{{ indicator_id }}' as indicator_id,
        {{ category }} as category,
        {{ 'sum(' ~ rows ~ ')' if rows else 'count(*)' }} as numerator
    from {{ relation }}
    {% if where %}where {{ where }}{% endif %}
    group by plie_id, year, {{ category }}
{%- endmacro %}

{# An indicator without categories whose numerator is already a column of `relation`, one row per PLIE and year. #}
{% macro total_cell(relation, indicator_id, numerator) -%}
    select
        plie_id,
        year,
        '{{ indicator_id }}' as indicator_id,
        'TOTAL' as category,
        {{ numerator }} as numerator
    from {{ relation }}
{%- endmacro %}
