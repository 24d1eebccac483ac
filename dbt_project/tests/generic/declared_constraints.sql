{# No row breaks a constraint that the model declares (`not_null` of its columns, `check`); nothing to find where the
   engine enforces them. A check that is null holds, as in SQL. `by_plie`: as in unique_combination. #}
{% test declared_constraints(model, by_plie=false) %}
    {% set broken = [] %}
    {% if execute and not enforces_constraints() %}
        {% for node in graph.nodes.values() if node.resource_type == 'model' and node.alias == model.identifier %}
            {% for column in node.columns.values() if column.constraints | selectattr('type', 'equalto', 'not_null') | list %}
                {% do broken.append(column.name ~ ' is null') %}
            {% endfor %}
            {% for constraint in node.constraints if constraint.type == 'check' %}
                {% do broken.append('not (' ~ constraint.expression ~ ')') %}
            {% endfor %}
        {% endfor %}
    {% endif %}
    select *
    from {{ rows_to_test(model, by_plie) }} as tested_rows
    where {{ broken | join(' or ') or 'false' }}
{% endtest %}
