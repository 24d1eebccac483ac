-- Grain: one row per PLIE and section that it answered in both years. The question of rule S09 of the gate, which the
-- PLIE was asked when its workbook came in; here it waits for an answer.
with

section_names as (
    select
        unnest([
            'funding', 'allocation_operator', 'allocation_operation', 'team_internal', 'referents_internal',
            'referents_external', 'referents_by_employer', 'partners'
        ]) as section,
        unnest([
            'Financements mobilisés', 'Financements alloués, par opérateur', 'Financements alloués, par opération',
            'Équipe interne', 'Référents internes', 'Référents externes', 'Employeurs des référents externes',
            'Entreprises partenaires'
        ]) as label_fr
)

select
    responses.plie_id,
    coalesce(section_names.label_fr, responses.section) as label_fr,
    case when responses.is_questioned then 1 else 0 end as observed,
    cast(responses.total_year_before as double) as usual
from marts.survey_responses as responses
inner join parameters on responses.year = parameters.year
left join section_names on responses.section = section_names.section
where responses.status = 'answered' and responses.total_year_before is not null
