{#
  Rows of the large relations depend on their own PLIE alone, and are built PLIE by PLIE (docs/decisions/0006).
  `plie build` alone may ask for less than everything: it sets PLIE_BUILD to `changed`, having written into
  `orchestration.changed_plie` which PLIE were loaded since the last complete build. Spark always builds everything.
#}

{# Asked before dbt's `is_incremental`, which fails in a unit test: there a model has no relation of its own. #}
{% macro only_changed_plie() -%}
    {{ return(execute and target.type != 'spark' and env_var('PLIE_BUILD', 'everything') == 'changed') }}
{%- endmacro %}

{# Overrides dbt's own: whoever runs dbt by hand always gets everything built anew. #}
{% macro should_full_refresh() -%}
    {{ return(flags.FULL_REFRESH or not only_changed_plie()) }}
{%- endmacro %}

{# Before the first node of any run: until that run is known to be complete, nothing may be built upon it. #}
{% macro forget_last_build() -%}
    {{ return(adapter.dispatch('forget_last_build')()) }}
{%- endmacro %}

{% macro default__forget_last_build() -%}
    drop table if exists {{ source('orchestration', 'last_build') }}
{%- endmacro %}

{# Nothing of the store changes before the tables of Spark are gathered into it, and that forgets it. #}
{% macro spark__forget_last_build() -%}
{%- endmacro %}

{# Before the rows are appended, in the same transaction: a PLIE that has no row any more loses its former ones too. #}
{% macro delete_changed_plie() -%}
    {% if only_changed_plie() and is_incremental() %}
    delete from {{ this }} where plie_id in (select plie_id from {{ source('orchestration', 'changed_plie') }})
    {% endif %}
{%- endmacro %}

{# Narrows the rows of a model to the PLIE to be built. `plie_id` with its table's alias; `keyword` where or and. #}
{% macro where_plie_changed(plie_id='plie_id', keyword='where') -%}
    {% if only_changed_plie() and is_incremental() -%}
    {{ keyword }} {{ plie_id }} in (select plie_id from {{ source('orchestration', 'changed_plie') }})
    {%- endif %}
{%- endmacro %}

{# `relation` for a data test: the PLIE that did not change passed it in the last complete build, with the same rows. #}
{% macro rows_to_test(relation, by_plie) -%}
    {% if by_plie and only_changed_plie() -%}
    (
        select * from {{ relation }}
        where plie_id in (select plie_id from {{ source('orchestration', 'changed_plie') }})
    )
    {%- else -%}
    {{ relation }}
    {%- endif %}
{%- endmacro %}
