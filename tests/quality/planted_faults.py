"""Faults that real senders make, each planted in the rows of one PLIE of `many_plie`, and the check that must find it.

Each is SQL on `raw`, where `{plie}` stands for the PLIE. A fault is as small as its check allows: what a neighbouring
check should not see stays under that one's threshold.
"""

from __future__ import annotations

from typing import NamedTuple

import duckdb

from tests.quality import many_plie
from tests.quality.many_plie import ANSWERING, PLIE

REPEATING = ""
"""No SQL: `many_plie` makes every year of this PLIE alike."""


class Fault(NamedTuple):
    """What is planted, and the one check that must find it."""

    check_id: str
    sql: str
    answers_survey: bool = False


_ENTERED_2021 = "plie_id = '{plie}' and year(date_entree) = 2021"
_EXITED_2021 = "plie_id = '{plie}' and year(date_sortie) = 2021"
_STEPS_2021 = "plie_id = '{plie}' and year(date_debut) = 2021"

FAULTS = (
    Fault(
        "completeness.expected_plie",
        "update raw.loaded_plie set coverage_to = date '2021-10-31' where plie_id = '{plie}'",
    ),
    Fault(
        "completeness.nothing_entered",
        "delete from raw.etapes where plie_id = '{plie}' and date_fin >= date '2021-01-01'",
    ),
    Fault(
        "completeness.held_deliveries",
        "insert into raw.deliveries by name select * replace ('held-' || delivery_id as delivery_id, 'held' as status,"
        " timestamp '2022-02-01' as created_at) from raw.deliveries where plie_id = '{plie}'",
    ),
    Fault(
        "completeness.rejected_rows",
        "update raw.delivery_resources set loaded = 960, rejected = 40 where starts_with(delivery_id, '{plie}_2022')",
    ),
    Fault(
        "entries.volume_past",
        f"create or replace temp table gone as select parcours_id from raw.parcours where {_ENTERED_2021}"
        " and draw(plie_id, parcours_id, 'fault') < 0.3;"
        "delete from raw.sorties where plie_id = '{plie}' and parcours_id in (from gone);"
        "delete from raw.etapes where plie_id = '{plie}' and parcours_id in (from gone);"
        "delete from raw.parcours where plie_id = '{plie}' and parcours_id in (from gone)",
    ),
    Fault(
        "entries.age_past",
        f"update raw.parcours set age_entree = 22 where {_ENTERED_2021} and age_entree >= 45"
        " and draw(plie_id, parcours_id, 'fault') < 0.24",
    ),
    Fault(
        "entries.age_peers",
        "update raw.parcours set age_entree = 22 where plie_id = '{plie}' and age_entree >= 45"
        " and draw(plie_id, parcours_id, 'fault') < 0.55",
    ),
    Fault(
        "entries.education_past",
        f"update raw.parcours set niveau_formation = 1 where {_ENTERED_2021} and niveau_formation > 1"
        " and draw(plie_id, parcours_id, 'fault') < 0.13",
    ),
    Fault(
        "entries.education_peers",
        "update raw.parcours set niveau_formation = 1 where plie_id = '{plie}' and niveau_formation > 1"
        " and draw(plie_id, parcours_id, 'fault') < 0.3",
    ),
    Fault(
        "entries.situation_past",
        f"update raw.parcours set qpv = 'oui' where {_ENTERED_2021} and qpv = 'non'"
        " and draw(plie_id, parcours_id, 'fault') < 0.23",
    ),
    Fault(
        "entries.situation_peers",
        "update raw.parcours set qpv = 'oui' where plie_id = '{plie}' and qpv = 'non'"
        " and draw(plie_id, parcours_id, 'fault') < 0.4",
    ),
    Fault(
        "entries.not_supplied_past",
        f"update raw.parcours set aah = null where {_ENTERED_2021} and draw(plie_id, parcours_id, 'fault') < 0.17",
    ),
    Fault("entries.not_supplied_peers", "update raw.parcours set aah = null where plie_id = '{plie}'"),
    Fault(
        "entries.busiest_day",
        f"update raw.parcours set date_entree = date '2021-01-04' where {_ENTERED_2021}"
        " and draw(plie_id, parcours_id, 'fault') < 0.35",
    ),
    Fault(
        "steps.per_person_past",
        "insert into raw.etapes by name select * replace ('again-' || etape_id as etape_id) from raw.etapes"
        f" where {_STEPS_2021} and draw(plie_id, etape_id, 'fault') < 0.42",
    ),
    Fault(
        "steps.per_person_peers",
        "insert into raw.etapes by name select * replace ('again-' || etape_id as etape_id) from raw.etapes"
        " where plie_id = '{plie}'",
    ),
    Fault(
        "steps.nature_past",
        f"update raw.etapes set type_etape = 'AUTRE' where {_STEPS_2021} and draw(plie_id, etape_id, 'fault') < 0.22",
    ),
    Fault(
        "steps.nature_peers",
        "update raw.etapes set type_etape = 'AUTRE' where plie_id = '{plie}'"
        " and draw(plie_id, etape_id, 'fault') < 0.4",
    ),
    Fault(
        "exits.volume_past",
        # Every exit gets a twin: the same motive and job, for a parcours that is still open.
        "insert into raw.sorties by name"
        " with places as (select parcours_id, row_number() over (order by parcours_id) as place from raw.parcours"
        " where plie_id = '{plie}' and date_entree < date '2021-01-01'"
        " and parcours_id not in (select parcours_id from raw.sorties where plie_id = '{plie}')),"
        " twins as (select *, row_number() over (order by parcours_id) as place from raw.sorties"
        f" where {_EXITED_2021})"
        " select twins.* exclude (place) replace (places.parcours_id as parcours_id)"
        " from twins inner join places on twins.place = places.place",
    ),
    Fault(
        "exits.motive_past",
        f"update raw.sorties set motif_sortie = 'REORIENTATION' where {_EXITED_2021}"
        " and motif_sortie in ('ABANDON', 'EMPLOI_DURABLE') and draw(plie_id, parcours_id, 'fault') < 0.32",
    ),
    Fault(
        "exits.motive_peers",
        "update raw.sorties set motif_sortie = 'REORIENTATION' where plie_id = '{plie}'"
        " and motif_sortie in ('ABANDON', 'EMPLOI_DURABLE') and draw(plie_id, parcours_id, 'fault') < 0.45",
    ),
    Fault(
        "exits.not_supplied_past",
        f"update raw.sorties set categorie_employeur = null where {_EXITED_2021}"
        " and draw(plie_id, parcours_id, 'fault') < 0.6",
    ),
    Fault(
        "exits.last_quarter_past",
        f"update raw.sorties set date_sortie = date_sortie - 92 where {_EXITED_2021} and month(date_sortie) >= 10"
        " and draw(plie_id, parcours_id, 'fault') < 0.6",
    ),
    Fault(
        "exits.without_step_past",
        f"delete from raw.etapes where {_STEPS_2021} and draw(plie_id, parcours_id, 'fault') < 0.19",
    ),
    Fault(
        "exits.without_step_peers",
        "delete from raw.etapes where plie_id = '{plie}' and draw(plie_id, parcours_id, 'fault') < 0.3",
    ),
    Fault(
        "exits.busiest_day",
        f"update raw.sorties set date_sortie = date '2021-06-30' where {_EXITED_2021}"
        " and month(date_sortie) between 3 and 9 and draw(plie_id, parcours_id, 'fault') < 0.6",
    ),
    Fault("indicators.identical", REPEATING),
    Fault(
        "indicators.active_past",
        f"update raw.parcours set participant_id = 'p2021-0' where {_ENTERED_2021}"
        " and draw(plie_id, parcours_id, 'fault') < 0.5",
    ),
    Fault(
        "survey.dropouts",
        "delete from raw.survey_answers where plie_id = '{plie}' and year = 2021;"
        "delete from raw.survey_sections where plie_id = '{plie}' and year = 2021;"
        "delete from raw.loaded_surveys where plie_id = '{plie}' and year = 2021",
        answers_survey=True,
    ),
    Fault(
        "survey.questions",
        "update raw.survey_sections set is_questioned = true"
        " where plie_id = '{plie}' and year = 2021 and section = 'partners'",
        answers_survey=True,
    ),
    Fault(
        "survey.euros_peers",
        "update raw.survey_answers set value = 1000 * value"
        " where plie_id = '{plie}' and year = 2021 and section = 'funding'",
        answers_survey=True,
    ),
    Fault(
        "survey.referents_peers",
        "update raw.survey_answers set value = value / 5 where plie_id = '{plie}' and year = 2021 and figure = 'etp'",
        answers_survey=True,
    ),
    Fault(
        "survey.allocations",
        "update raw.survey_answers set value = (select 1.2 * sum(value) from raw.survey_answers"
        " where plie_id = '{plie}' and year = 2021 and section = 'funding')"
        " where plie_id = '{plie}' and year = 2021 and starts_with(section, 'allocation')",
        answers_survey=True,
    ),
    Fault(
        "survey.two_allocations",
        "update raw.survey_answers set value = 0.9 * value"
        " where plie_id = '{plie}' and year = 2021 and section = 'allocation_operation'",
        answers_survey=True,
    ),
    Fault(
        "survey.identical",
        "update raw.survey_answers as this_year set value = former.value from raw.survey_answers as former"
        " where this_year.plie_id = '{plie}' and former.plie_id = '{plie}' and this_year.year = 2021"
        " and former.year = 2020 and this_year.section = former.section and this_year.code = former.code"
        " and this_year.figure = former.figure",
        answers_survey=True,
    ),
)


def plie_of(fault: Fault) -> str:
    """The PLIE that a fault is planted in: each has its own."""
    alike = [one for one in FAULTS if one.answers_survey == fault.answers_survey]
    room = ANSWERING if fault.answers_survey else PLIE[len(ANSWERING) - 7 :]
    return room[alike.index(fault)]


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Puts the rows of `many_plie` into the `raw` schema, with every fault planted."""
    many_plie.write(connection, repeating=next(plie_of(fault) for fault in FAULTS if fault.sql is REPEATING))
    for fault in FAULTS:
        for statement in filter(None, fault.sql.split(";")):
            connection.execute(statement.replace("{plie}", plie_of(fault)))
