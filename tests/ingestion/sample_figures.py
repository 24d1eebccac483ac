"""Every published figure computed again from the rows of a campaign: plain SQL, by the catalogue's definitions."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

import duckdb

from ingestion.settings import SEEDS

Key: TypeAlias = tuple[str, int, str]
"""Indicator, year, category."""
YEARS = range(2016, 2022)

BASES = """
create view years as select year, make_date(year, 1, 1) as first_day, make_date(year, 12, 31) as last_day
from range(2016, 2022) as listed(year);

create view complete as
select plie_id, year from deliveries, years where coverage_from <= first_day and coverage_to >= last_day;

create view people as
select parcours.*, participants.sexe, sorties.date_sortie, sorties.motif_sortie,
    case when duree_inscription_mois >= 12 then 'oui' end as deld,
    sorties.type_contrat, sorties.categorie_employeur, sorties.secteur_naf
from parcours join participants using (plie_id, participant_id) left join sorties using (plie_id, parcours_id);

create table entries as
select people.*, complete.year from people join complete using (plie_id) where year(date_entree) = complete.year;

create table exits as
select people.*, complete.year,
    motif_sortie in ('EMPLOI_DURABLE', 'FORMATION_QUALIFIANTE', 'AUTRE_POSITIVE') as positive,
    case
        when motif_sortie = 'ABANDON' then 'ABANDON'
        when motif_sortie in ('DEMENAGEMENT', 'DECES', 'RETRAITE') then 'CHANGEMENT_SITUATION'
        when motif_sortie in ('REORIENTATION', 'AUTRE_SANS_SUITE') then 'AUTRE'
    end as cause
from people join complete using (plie_id) where year(date_sortie) = complete.year;

create table active as
select plie_id, participant_id, years.year from people, years
where date_entree <= last_day and (date_sortie is null or date_sortie >= first_day)
    and (plie_id, years.year) in (select plie_id, year from complete);

create table steps as
select years.year, type_etape, etapes.type_contrat,
    structure_accueil in ('ACI', 'EI', 'ETTI', 'AI', 'EITI', 'RQ') as in_iae
from etapes join people using (plie_id, parcours_id), years
where date_debut <= last_day
    and coalesce(date_fin, date_sortie, date '9999-12-31') >= first_day
    and (plie_id, years.year) in (select plie_id, year from complete);
"""

SITUATIONS = ("brsa", "deld", "ass", "aah", "rqth", "qpv")
PROFILES = {
    "HOMMES": "sexe = 'H'",
    "FEMMES": "sexe = 'F'",
    "DELD": "deld = 'oui'",
    "BRSA": "brsa = 'oui'",
    "NIVEAU_1_2": "niveau_formation <= 2",
}
CLASS = "case when positive then motif_sortie else 'SANS_SUITE' end"
AGE = """case
    when age_entree < 26 then 'MOINS_26'
    when age_entree < 45 then '26_44'
    when age_entree >= 45 then '45_PLUS'
    else 'NR' end"""
STEP = """case
    when type_etape like 'FORMATION%' then 'FORMATION'
    when type_etape <> 'EMPLOI' then type_etape
    when in_iae then 'IAE'
    when type_contrat = 'AIDE' then 'EMPLOI_AIDE'
    else 'EMPLOI_ORDINAIRE' end"""


def _total(base: str, of: str = "count(*)", per: str = "null") -> str:
    return f"select year, 'TOTAL', {of}, {per} from {base} group by year"


def _shares(base: str, category: str, where: str = "true") -> str:
    return f"""
        select year, {category} as category, count(*), any_value(total)
        from (select *, count(*) over (partition by year) as total from {base} where {where})
        group by year, category"""


def _each(base: str, groups: dict[str, str], counted: str = "true") -> str:
    share = f"count(*) filter (where {counted}), count(*)"
    return " union all ".join(
        f"select year, '{name}', {share} from {base} where {condition} group by year"
        for name, condition in groups.items()
    )


INDICATORS = {
    "participation.plie_participating": _total("complete"),
    "active.participants": _total("active", "count(distinct (plie_id, participant_id))"),
    "entries.total": _total("entries"),
    "entries.by_sex": _shares("entries", "sexe"),
    "entries.by_age_band": _shares("entries", AGE),
    "entries.low_qualified": _total("entries", "count(*) filter (where niveau_formation <= 3)", "count(*)"),
    "entries.by_situation": " union all ".join(
        f"select year, '{name.upper()}', count(*) filter (where {name} = 'oui'), count(*) from entries group by year"
        for name in SITUATIONS
    ),
    "exits.total": _total("exits"),
    "exits.by_class": _shares("exits", CLASS),
    "exits.positive_by_outcome": _shares("exits", "motif_sortie", "positive"),
    "exits.sans_suite_by_cause": _shares("exits", "cause", "not positive"),
    "exits.sans_suite_share_of_exits": _shares("exits", "coalesce(cause, 'positive')"),
    "exits.positive_rate_total": _total("exits", "count(*) filter (where positive)", "count(*)"),
    "exits.positive_rate_neutralised": _total(
        "exits",
        "count(*) filter (where positive)",
        "count(*) filter (where cause is distinct from 'CHANGEMENT_SITUATION')",
    ),
    "exits.positive_to_entries": """
        select year, 'TOTAL', count(*) filter (where positive), any_value(entered)
        from exits join (select year, count(*) as entered from entries group by year) using (year) group by year""",
    "exits.positive_by_sector": _shares("exits", "secteur_naf", "positive and secteur_naf is not null"),
    "exits.durable_by_employer": _shares(
        "exits", "categorie_employeur", "motif_sortie = 'EMPLOI_DURABLE' and categorie_employeur is not null"
    ),
    "exits.contracts_by_type": _shares("exits", "type_contrat", "type_contrat is not null"),
    "exits.contracts_durable": _total(
        "exits", "count(*) filter (where type_contrat in ('CDI', 'CDD_6_PLUS'))", "count(type_contrat)"
    ),
    "exits.positive_rate_by_profile": _each("exits", PROFILES, "positive"),
    "steps.total": _total("steps"),
    "steps.per_participant": """
        select year, 'TOTAL', count(*), any_value(persons) from steps
        join (select year, count(distinct (plie_id, participant_id)) as persons from active group by year) using (year)
        group by year""",
    "steps.by_type": _shares("steps", STEP),
    "steps.jobs": _total("steps", "count(*) filter (where type_etape = 'EMPLOI')", "count(*)"),
    "steps.jobs_outside_iae": _each("steps", {"TOTAL": "type_etape = 'EMPLOI'"}, "not in_iae"),
}
"""SQL of each indicator: year, category, numerator, denominator (null for a count)."""


@dataclass(frozen=True)
class Figure:
    """A published figure beside the one computed from rows; `computed` is rounded as the published one was printed."""

    figure_id: str
    year: int
    published: Decimal
    computed: Decimal
    exact: float
    unit: str
    contradiction_id: str

    @property
    def identical(self) -> bool:
        return self.published == self.computed


def rounded(value: float, decimals: int) -> Decimal:
    """Half away from zero at `decimals` (negative: thousands and so on)."""
    step = Decimal(1).scaleb(-decimals)
    return (Decimal(repr(value)) / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _register_figures(connection: duckdb.DuckDBPyConnection) -> dict[Key, tuple[float, float | None]]:
    """PLIE known on 31 December, and how many of them take part."""
    with (SEEDS / "plie_register.csv").open(encoding="utf-8", newline="") as file:
        plie = list(csv.DictReader(file))
    found: dict[Key, tuple[float, float | None]] = {}
    for year in YEARS:
        last_day = f"{year}-12-31"
        known = sum(
            (not row["opened_on"] or row["opened_on"] <= last_day)
            and (not row["closed_on"] or row["closed_on"] > last_day)
            for row in plie
        )
        found["participation.plie_known", year, "TOTAL"] = float(known), None
        (participating,) = connection.execute("select count(*) from complete where year = ?", [year]).fetchone() or (0,)
        found["participation.rate", year, "TOTAL"] = float(participating), float(known)
    return found


def compute(connection: duckdb.DuckDBPyConnection) -> dict[Key, tuple[float, float | None]]:
    """Numerator and denominator by indicator, year and category, on the complete perimeter of the nation."""
    connection.execute(BASES)
    found = _register_figures(connection)
    for indicator, sql in INDICATORS.items():
        for year, category, numerator, denominator in connection.execute(sql).fetchall():
            found[indicator, year, category] = float(numerator), denominator
    return found


def compare(computed: dict[Key, tuple[float, float | None]]) -> list[Figure]:
    """All published figures that the rows can give."""
    figures = []
    with (SEEDS / "published_figures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] != "computed":
                continue
            year = int(row["reference_year"])
            numerator, denominator = computed[row["indicator_id"], year, row["category"]]
            value = numerator
            if row["measure"] == "value" and denominator:
                value = numerator / denominator * (100 if row["unit"] == "percent" else 1)
            printed = rounded(value, int(row["decimals"]))
            figures.append(
                Figure(
                    row["figure_id"], year, Decimal(row["value"]), printed, value, row["unit"], row["contradiction_id"]
                )
            )
    return figures
