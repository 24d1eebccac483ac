{# The columns together are the grain: no two rows share them, and none of them is null.
   `by_plie`: rows of one PLIE break it among themselves alone, so that only PLIE that changed need testing again. #}
{% test unique_combination(model, columns, by_plie=false) %}
    select {{ columns | join(', ') }}
    from {{ rows_to_test(model, by_plie) }} as tested_rows
    group by {{ columns | join(', ') }}
    having count(*) > 1 {% for column in columns %}or {{ column }} is null{% if not loop.last %} {% endif %}{% endfor %}

{% endtest %}
