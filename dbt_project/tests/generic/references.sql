{# Each row whose columns are all filled finds its row in `to`, under the same names or those of `to_columns`. `by_plie`: as in unique_combination. #}
{% test references(model, columns, to, to_columns=none, where_parent=none, by_plie=false) %}
    {% set parent_columns = to_columns or columns %}
    select child.*
    from {{ rows_to_test(model, by_plie) }} as child
    left join (
        select distinct {{ parent_columns | join(', ') }}
        from {{ rows_to_test(to, by_plie) }} as parent_rows
        {% if where_parent %}where {{ where_parent }}{% endif %}
    ) as parent
        on
            {% for column in columns %}
            child.{{ column }} = parent.{{ parent_columns[loop.index0] }}
            {%- if not loop.last %} and{% endif %}
            {% endfor %}
    where
        parent.{{ parent_columns[0] }} is null
        {% for column in columns %}
        and child.{{ column }} is not null
        {% endfor %}
{% endtest %}
