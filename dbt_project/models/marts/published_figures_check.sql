with

figures as (
    select * from {{ ref('published_figures') }}
    where kind in ('computed', 'wording', 'edition', 'external', 'survey')
),

national_figures as (
    select * from {{ ref('indicators') }}
    where perimeter = 'complete' and scope = 'national'
),

computed as (
    select
        figures.*,
        national_figures.indicator_id is not null as is_in_warehouse,
        case figures.measure
            when 'value' then national_figures.value
            when 'numerator' then national_figures.numerator
            when 'denominator' then national_figures.denominator
            when 'n_plie' then cast(national_figures.n_plie as double)
        end as computed_value
    from figures
    left join national_figures
        on
            figures.indicator_id = national_figures.indicator_id
            and figures.category = national_figures.category
            and figures.reference_year = national_figures.year
),

rounded as (
    select
        *,
        {{ round_half_away('computed_value', 'decimals') }} as computed_rounded
    from computed
),

judged as (
    select
        rounded.*,
        contradictions.identity_id,
        contradictions.statement_fr,
        contradictions.side_chosen_fr,
        case
            when rounded.computed_rounded = rounded.value then 'identical'
            when contradictions.contradiction_id is not null and (
                rounded.computed_value is not null or rounded.kind = 'wording'
            ) then 'contradictory in print'
            when rounded.computed_value is not null then 'different'
            else 'not computed'
        end as verdict
    from rounded
    left join {{ ref('print_contradictions') }} as contradictions
        on rounded.contradiction_id = contradictions.contradiction_id
)

select
    figure_id,
    reference_year,
    section,
    kind,
    label_fr,
    unit,
    decimals,
    indicator_id,
    category,
    measure,
    value as published_value,
    computed_value,
    computed_rounded,
    verdict,
    case
        when verdict = 'contradictory in print'
            then {{ dbt.concat([
                'contradiction_id', "' ('", 'identity_id', "'). '", 'statement_fr', "' Retenu : '", 'side_chosen_fr',
            ]) }}
        when verdict <> 'not computed' then null
        when kind = 'edition' then 'Numéro de l''édition : ne se calcule pas.'
        when kind = 'external' then 'Chiffre d''une source extérieure : ne vient pas des PLIE.'
        when kind = 'survey' and not is_in_warehouse then 'Chiffre de l''enquête annuelle, absente de l''entrepôt.'
        when is_in_warehouse then 'Dénominateur nul.'
        else 'Aucun PLIE complet pour cette année dans l''entrepôt.'
    end as explanation_fr,
    source
from judged
