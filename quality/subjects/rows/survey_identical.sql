-- Grain: one row per PLIE that answered in both years. Figures that are the very ones of the year before;
-- `difference` is how many figures stand in both years.
select
    this_year.plie_id,
    'Chiffres identiques à ceux de l''année précédente' as label_fr,
    case
        when count(*) >= any_value(parameters.minimum_difference)
            then 100.0 * count(*) filter (where this_year.value = former.value) / count(*)
    end as observed,
    count(*) as difference
from marts.fct_survey_answers as this_year
inner join parameters on this_year.year = parameters.year
inner join marts.fct_survey_answers as former
    on
        this_year.plie_id = former.plie_id
        and this_year.section = former.section
        and this_year.code = former.code
        and this_year.figure = former.figure
        and this_year.year - 1 = former.year
where this_year.value > 0
group by this_year.plie_id
