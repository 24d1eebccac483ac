{# dbt-spark's own writes each value between quotes as it stands, null and apostrophes included. #}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = model['config'].get('column_types', {}) %}
    {% set sql %}
        insert into {{ this.render() }} values
        {% for row in agate_table.rows %}
        (
            {%- for column in agate_table.column_names -%}
            cast({{ spark_literal(row[column]) }} as {{ types[column] }}) {%- if not loop.last %}, {% endif %}
            {%- endfor -%}
        ) {%- if not loop.last %},{% endif %}
        {% endfor %}
    {% endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}

{% macro spark_literal(value) -%}
    {%- if value is none -%} null
    {%- else -%} '{{ value | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}
