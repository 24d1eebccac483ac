select
    sheets.plie_id,
    sheets.year,
    sheets.line,
    sheets.theme,
    themes.label_fr as theme_label_fr,
    themes.{{ adapter.quote('group') }} as report_section,
    sheets.title,
    sheets.stakes,
    sheets.description,
    sheets.results,
    sheets.partners,
    sheets.n_participants,
    sheets.delivery_id
from {{ ref('stg_action_sheets') }} as sheets
left join {{ ref('code_lists') }} as themes on themes.list = 'THEME_FICHE' and sheets.theme = themes.code
