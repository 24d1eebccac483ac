-- Grain: one row per PLIE, complete year and attribute of a job. Durable exits for which the attribute was not
-- supplied.
with

durable_exits as (
    select
        plie_id,
        exit_year as year,
        employer_category,
        naf_section,
        contract_type
    from marts.fct_exits
    where in_complete and exit_motive = 'EMPLOI_DURABLE'
)

select
    plie_id,
    year,
    'Catégorie d''employeur' as label_fr,
    count(*) - count(employer_category) as n_category,
    count(*) as n_total
from durable_exits
group by plie_id, year
union all
select
    plie_id,
    year,
    'Secteur d''activité' as label_fr,
    count(*) - count(naf_section) as n_category,
    count(*) as n_total
from durable_exits
group by plie_id, year
union all
select
    plie_id,
    year,
    'Type de contrat' as label_fr,
    count(*) - count(contract_type) as n_category,
    count(*) as n_total
from durable_exits
group by plie_id, year
