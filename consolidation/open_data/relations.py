"""The rows of the open files, in SQL over published figures: nothing that disclosure control hid is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from consolidation.open_data.columns import INDICATORS, WHICH, OpenColumn

_DESCRIBED = """
named as (
    select 'plie' as scope, plie_id as scope_id, any_value(name) as scope_name
    from consolidation.edition_register where edition_id = $edition group by plie_id
    union all
    select 'region', region_code, min(region)
    from consolidation.edition_register where edition_id = $edition and region_code is not null group by region_code
),

described as (
    select
        figures.edition_id, figures.indicator_id, catalogue.label_fr as indicator_label_fr, catalogue.section,
        figures.category, catalogue.category_label_fr, figures.year, figures.scope, figures.scope_id,
        case figures.scope
            when 'national' then 'France'
            when 'departement' then 'Département ' || figures.scope_id
            else named.scope_name
        end as scope_name,
        catalogue.unit, catalogue.decimals, catalogue.position, figures.numerator, figures.denominator, figures.value,
        figures.n_missing, figures.n_plie, figures.suppressed, editions.is_made_up
    from published.indicators as figures
    inner join consolidation.editions as editions on figures.edition_id = editions.edition_id
    inner join consolidation.edition_catalogue as catalogue
        on
            figures.edition_id = catalogue.edition_id and figures.indicator_id = catalogue.indicator_id
            and figures.category = catalogue.category
    left join named on figures.scope = named.scope and figures.scope_id = named.scope_id
    where figures.edition_id = $edition
)
"""

_ORDER = """
order by
    list_position(['national', 'region', 'departement', 'plie'], scope), scope_id, section, indicator_id, position, year
"""

FIGURES = f"""
with {_DESCRIBED}

select {", ".join(column.name for column in INDICATORS)}, decimals from described {_ORDER}
"""
"""Parameter `edition`. `decimals` says how the value is shown."""

SHOWN = f"""
select * from ({FIGURES})
where scope in ('national', 'region') or year = (select year from consolidation.editions where edition_id = $edition)
"""
"""What the workbook shows of them, so that a person can open it: of departments and PLIE, the edition's own year."""

CHANGES = f"""
with {_DESCRIBED},

before as (from published.indicators where edition_id = $previous and not suppressed)

select
    {", ".join(f"described.{column.name}" for column in WHICH)},
    before.edition_id as previous_edition_id,
    before.numerator as old_numerator, before.denominator as old_denominator, before.value as old_value,
    described.numerator as new_numerator, described.denominator as new_denominator, described.value as new_value,
    described.is_made_up
from described
inner join before using (indicator_id, category, year, scope, scope_id)
where
    not described.suppressed
    -- a denominator that one of them hides makes no restatement
    and (
        described.unit = 'count' or (described.denominator is not null and before.denominator is not null)
    )
    and (
        described.numerator is distinct from before.numerator
        or described.denominator is distinct from before.denominator
        or described.value is distinct from before.value
    )
{_ORDER}
"""
"""Parameters `edition` and `previous`. Figures that both editions show; who moved them stays in the house, since a
change that a single PLIE made to a total is that PLIE's own."""


def as_csv(relation: str, columns: Sequence[OpenColumn]) -> str:
    """SQL for the cells of a CSV file: whole numbers without a point, no text that a spreadsheet would run."""
    cells = []
    for column in columns:
        name = column.name
        if column.type == "number":
            whole = f"{name} = trunc({name}) and abs({name}) < 9007199254740992"
            cells.append(f"case when {whole} then cast({name} as bigint)::varchar else {name}::varchar end as {name}")
        elif column.type == "string":
            cells.append(
                rf"case when regexp_matches({name}, '^[=+\-@\t\r]') then '''' || {name} else {name} end as {name}"
            )
        else:
            cells.append(name)
    return f"select {', '.join(cells)} from ({relation})"
