{#
  DuckLake keeps no comment on a column of a view: `orchestration/view_comments.py` keeps those beside it. Overrides
  dbt-duckdb's own, which also asks for the columns of the relation; a contract has made sure of them.
#}
{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {% if relation.type != 'view' or not adapter.is_ducklake(relation) %}
        {{ return(dbt.duckdb__alter_column_comment(relation, column_dict)) }}
    {% endif %}
{% endmacro %}
