"""Which figures a sheet shows, in which order: changed here, they change on every sheet."""

from __future__ import annotations

from reporting.catalogue import TOTAL

TILES = (
    ("active.participants", "personnes accompagnées dans l’année"),
    ("entries.total", "entrées en parcours"),
    ("exits.total", "sorties"),
    ("exits.positive_rate_total", "des sorties sont positives"),
)
COMPARED = {
    "Parmi les entrées": (
        ("entries.by_sex", "F"),
        ("entries.by_age_band", "MOINS_26"),
        ("entries.by_age_band", "45_PLUS"),
        ("entries.low_qualified", TOTAL),
        ("entries.by_situation", "BRSA"),
        ("entries.by_situation", "DELD"),
        ("entries.by_situation", "QPV"),
        ("entries.by_situation", "RQTH"),
    ),
    "Parmi les sorties": (
        ("exits.by_class", "EMPLOI_DURABLE"),
        ("exits.by_class", "FORMATION_QUALIFIANTE"),
        ("exits.sans_suite_share_of_exits", "ABANDON"),
        ("exits.positive_rate_total", TOTAL),
        ("exits.positive_rate_neutralised", TOTAL),
    ),
    "Parmi les emplois trouvés": (
        ("exits.durable_by_employer", "ENTREPRISE"),
        ("exits.contracts_by_type", "CDI"),
        ("exits.contracts_durable", TOTAL),
    ),
    "Les parcours": (
        ("steps.per_participant", TOTAL),
        ("steps.jobs", TOTAL),
        ("steps.jobs_outside_iae", TOTAL),
        ("steps.mean_duration_months", TOTAL),
    ),
}
"""What a PLIE sees beside its region and the nation, by topic, in the order of the report."""

SECTOR = "exits.positive_by_sector"

SUPPLIED = (
    ("entries.by_sex", "F", "Sexe"),
    ("entries.by_age_band", "MOINS_26", "Âge à l’entrée"),
    ("entries.by_education", "1", "Niveau de formation"),
    ("entries.by_situation", "DELD", "Durée d’inscription"),
    ("entries.by_situation", "BRSA", "RSA"),
    ("entries.by_situation", "RQTH", "Travailleur handicapé (RQTH)"),
    ("entries.by_situation", "AAH", "AAH"),
    ("entries.by_situation", "QPV", "Quartier prioritaire (QPV)"),
)
"""Attributes that a PLIE may leave out, each with a figure whose `n_missing` says how often it did."""

ANSWERED = (
    ("funding.by_group", "FSE"),
    ("funding.by_group", "COLLECTIVITES"),
    ("funding.by_group", "ETAT"),
    ("funding.by_group", "AUTRES"),
    ("allocation.iae_share", TOTAL),
    ("team.internal_headcount", TOTAL),
    ("team.internal_fte", TOTAL),
    ("team.internal_referents_fte", TOTAL),
    ("team.external_referents_fte", TOTAL),
    ("partners.companies", TOTAL),
)
"""Figures of the annual survey."""
