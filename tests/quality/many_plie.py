"""A warehouse of forty PLIE in a steady state, from 2018 to 2021, made in SQL: nothing in it is worth a warning.

Draws are hashes, so that every run has the same rows. Each PLIE receives `n` entries a year; a parcours lasts 100 to
900 days and has a step of a month every hundred days. Sixteen PLIE answer the survey, in 2020 and in 2021.
"""

from __future__ import annotations

import duckdb

from ingestion.contract import registered_plie_ids
from ingestion.raw_schema import create_raw_schema
from ingestion.warehouse import as_list_value

PLIE = sorted(plie_id for plie_id in registered_plie_ids() if not plie_id.startswith("PLIE-00-"))[:40]
ANSWERING = PLIE[:16]

_DRAWS = """
create or replace temp macro draw(plie_id, parcours_id, what) as
    (hash(plie_id || '/' || parcours_id || '/' || what) % 1000000) / 1000000.0;
create or replace temp macro one_of(listed, number) as
    listed[1 + least(len(listed) - 1, floor(number * len(listed)))::int];
"""

_SIZES = """
create or replace temp table plie as
    select plie_id, 300 + 8 * row_number() over (order by plie_id) as n
    from (select unnest(?::json::varchar[]) as plie_id)
"""

_PEOPLE = """
create or replace temp table people as
with drawn as (
    select plie_id, year, number, year || '-' || number as parcours_id,
        case when plie_id = ? then '' else year || '-' end || number as drawn_as
    from plie, range(2015, 2022) as years(year), range(800) as numbers(number)
    where number < n
)
select plie_id, parcours_id, 'p' || parcours_id as participant_id, drawn_as,
    make_date(year, 1, 1) + floor(draw(plie_id, drawn_as, 'entry') * 365)::int as date_entree,
    100 + floor(draw(plie_id, drawn_as, 'days') * 800)::int as days
from drawn
"""

_ROWS = """
insert into raw.participants by name
select plie_id, participant_id, one_of(['F', 'H'], draw(plie_id, drawn_as, 'sex')) as sexe,
    plie_id || '_20220120T000000Z' as delivery_id, 2 as line
from people;

insert into raw.parcours by name
select plie_id, parcours_id, participant_id, date_entree,
    18 + floor(draw(plie_id, drawn_as, 'age') * 45)::int as age_entree,
    case when draw(plie_id, drawn_as, 'no level') > 0.03
        then 1 + floor(6 * draw(plie_id, drawn_as, 'level'))::int end as niveau_formation,
    floor(draw(plie_id, drawn_as, 'months') * 30)::int as duree_inscription_mois,
    one_of(['oui', 'non'], draw(plie_id, drawn_as, 'brsa')) as brsa,
    one_of(['oui', 'non', 'non', 'non'], draw(plie_id, drawn_as, 'ass')) as ass,
    case when draw(plie_id, drawn_as, 'no aah') > 0.05
        then one_of(['oui', 'non', 'non', 'non', 'non'], draw(plie_id, drawn_as, 'aah')) end as aah,
    one_of(['oui', 'non', 'non', 'non', 'non'], draw(plie_id, drawn_as, 'rqth')) as rqth,
    one_of(['oui', 'non', 'non'], draw(plie_id, drawn_as, 'qpv')) as qpv,
    plie_id || '_20220120T000000Z' as delivery_id, 2 as line
from people;

insert into raw.sorties by name
select plie_id, parcours_id, date_entree + days as date_sortie,
    one_of(['EMPLOI_DURABLE', 'EMPLOI_DURABLE', 'EMPLOI_DURABLE', 'FORMATION_QUALIFIANTE', 'ABANDON', 'ABANDON',
        'AUTRE_SANS_SUITE', 'REORIENTATION', 'DEMENAGEMENT', 'AUTRE_POSITIVE'], draw(plie_id, drawn_as, 'motive'))
        as motif_sortie,
    case when motif_sortie = 'EMPLOI_DURABLE' then 'CDI' end as type_contrat,
    case when motif_sortie = 'EMPLOI_DURABLE' and draw(plie_id, drawn_as, 'employer') > 0.4 then 'ENTREPRISE' end
        as categorie_employeur,
    case when motif_sortie = 'EMPLOI_DURABLE' and draw(plie_id, drawn_as, 'sector') > 0.4 then 'N' end as secteur_naf,
    plie_id || '_20220120T000000Z' as delivery_id, 2 as line
from people
where date_entree + days <= date '2021-12-31';

insert into raw.etapes by name
select plie_id, parcours_id || '-' || number as etape_id, parcours_id,
    one_of(['MOBILISATION', 'MOBILISATION', 'MEDIATION', 'FREINS', 'FORMATION_QUALIFIANTE', 'EMPLOI'],
        draw(plie_id, drawn_as, 'type ' || number)) as type_etape,
    case when type_etape = 'EMPLOI' then 'CDD_6_PLUS' end as type_contrat,
    date_entree + 100 * number::int as date_debut, date_debut + 30 as date_fin,
    plie_id || '_20220120T000000Z' as delivery_id, 2 as line
from people, range(9) as numbers(number)
where 100 * number < days and date_debut <= date '2021-12-31';
"""

_LEDGER = """
insert into raw.deliveries by name
select plie_id || '_20220120T000000Z' as delivery_id, plie_id, delivery_id || '.zip' as file_name, '0' as sha256,
    1 as bytes, timestamp '2022-01-20' as received_at, 'accepted' as status, 'full' as mode,
    timestamp '2022-01-20' as created_at, date '2018-01-01' as coverage_from, date '2021-12-31' as coverage_to,
    delivery_id || '.ack.json' as acknowledged_as, true as filed
from plie;
insert into raw.delivery_resources by name
select plie_id || '_20220120T000000Z' as delivery_id, 'parcours' as resource, 1000 as received, 1000 as loaded,
    0 as rejected, 0 as warned, 0 as added, 0 as changed, 0 as removed
from plie;
insert into raw.loaded_plie by name
select plie_id, plie_id || '_20220120T000000Z' as delivery_id, 1 as load_number, timestamp '2022-01-20' as created_at,
    date '2018-01-01' as coverage_from, date '2021-12-31' as coverage_to
from plie;
"""

_SURVEY = """
create or replace temp table answers as
select plie_id, year, section, code, figure,
    round(amount * n * (0.9 + 0.2 * draw(plie_id, year || section || code || figure, 'survey')), decimals) as value
from plie, range(2020, 2022) as years(year), (values
    ('funding', 'FSE', 'montant_eur', 600, 0),
    ('funding', 'DEPARTEMENT', 'montant_eur', 300, 0),
    ('funding', 'ETAT', 'montant_eur', 200, 0),
    ('allocation_operator', 'ACI', 'montant_eur', 900, 0),
    ('referents_internal', 'REFERENTS_INTERNES', 'effectif', 0.02, 0),
    ('referents_internal', 'REFERENTS_INTERNES', 'etp', 0.018, 2),
    ('partners', 'ENTREPRISES', 'nombre', 0.2, 0)
) as form(section, code, figure, amount, decimals)
where plie_id in (select unnest(?::json::varchar[]))
"""

_SURVEY_ROWS = """
insert into answers
select plie_id, year, 'allocation_operation', 'ACCOMPAGNEMENT', figure, value
from answers where section = 'allocation_operator';

insert into raw.survey_answers by name
select *, plie_id || '_' || year as delivery_id, 2 as line from answers;
insert into raw.survey_sections by name
select distinct plie_id, year, section, 'answered' as status, false as is_questioned,
    plie_id || '_' || year as delivery_id
from answers;
insert into raw.loaded_surveys by name
select distinct plie_id, year, plie_id || '_' || year as delivery_id, 1 as load_number,
    timestamp '2022-02-01' as received_at
from answers;
"""


def write(connection: duckdb.DuckDBPyConnection, repeating: str | None = None) -> None:
    """Puts these rows into the `raw` schema, as loads would have left them.

    Args:
        repeating: a PLIE of which every year has the very rows of the year before.
    """
    create_raw_schema(connection)
    connection.execute(_DRAWS)
    connection.execute(_SIZES, [as_list_value(PLIE)])
    connection.execute(_PEOPLE, [repeating])
    connection.execute(_ROWS)
    connection.execute(_LEDGER)
    connection.execute(_SURVEY, [as_list_value(ANSWERING)])
    connection.execute(_SURVEY_ROWS)
