"""A world small enough to count on one's fingers, around 31 December 2020 and 2021.

A is complete in 2020 and 2021; B is in progress in 2021; C begins on 2 January 2020, so it has no year; D sent no row.
A and D are of one department. The person of B has the identifier of Alice of A, and its parcours has the same one.
"""

from __future__ import annotations

from datetime import date

from tests.reference_indicators.rows import Etape, Loaded, Parcours, Participant, Sortie, World

A, B, C, D = "PLIE-59-01", "PLIE-00-01", "PLIE-13-01", "PLIE-59-02"
ALICE, BRUNO, CHLOE, DOMINIQUE, ERIC = (f"{number:064x}" for number in range(1, 6))

LOADED = [
    Loaded(A, date(2020, 1, 1), date(2021, 12, 31), created=date(2022, 1, 15)),
    Loaded(B, date(2021, 1, 1), date(2021, 6, 30), created=date(2021, 6, 30)),
    Loaded(C, date(2020, 1, 2), date(2020, 12, 31), created=date(2021, 1, 15)),
    Loaded(D, date(2021, 1, 1), date(2021, 12, 31), created=date(2022, 1, 15)),
]

PARTICIPANTS = [
    Participant(A, ALICE, "F"),
    Participant(A, BRUNO, "H"),
    Participant(A, CHLOE, "F"),
    Participant(A, DOMINIQUE, "N"),
    Participant(A, ERIC, "H"),
    Participant(B, ALICE, "H"),
    Participant(C, ALICE, "F"),
]

PARCOURS = [
    Parcours(A, "alice-1", ALICE, date(2021, 1, 10), age_entree=25, duree_inscription_mois=11, brsa="oui"),
    Parcours(A, "alice-2", ALICE, date(2021, 3, 1), age_entree=26, duree_inscription_mois=12, brsa="refus"),
    Parcours(A, "bruno", BRUNO, date(2019, 5, 1)),
    Parcours(A, "chloe", CHLOE, date(2018, 6, 1), duree_inscription_mois=30, niveau_formation=3),
    Parcours(A, "dominique", DOMINIQUE, date(2021, 12, 31)),
    Parcours(A, "eric", ERIC, date(2020, 2, 1), age_entree=45, niveau_formation=2),
    Parcours(B, "alice-1", ALICE, date(2021, 2, 1), age_entree=44, brsa="non"),
    Parcours(C, "alice-1", ALICE, date(2020, 5, 1)),
]

SORTIES = [
    Sortie(A, "alice-1", date(2021, 1, 10), "ABANDON", type_contrat="CDD_MOINS_6"),
    Sortie(A, "bruno", date(2020, 12, 31), "DEMENAGEMENT"),
    Sortie(A, "chloe", date(2021, 1, 1), "EMPLOI_DURABLE", type_contrat="CDI", secteur_naf="N"),
    Sortie(A, "eric", date(2021, 12, 31), "RETRAITE"),
]

ETAPES = [
    # Open, and ends with its parcours on 1 January 2021: one of both years. A structure of the IAE comes before AIDE.
    Etape(A, "1", "chloe", "EMPLOI", date(2020, 3, 1), type_contrat="AIDE", structure_accueil="ACI"),
    # Open, and ends with its parcours on 31 December 2020: of 2020 alone.
    Etape(A, "2", "bruno", "FORMATION_CERTIFIANTE", date(2020, 6, 1)),
    # From before its parcours into 2021, over all of 2020.
    Etape(A, "3", "eric", "MOBILISATION", date(2019, 11, 1), date(2021, 2, 1)),
    Etape(A, "4", "alice-2", "EMPLOI", date(2021, 4, 1), date(2021, 4, 1), "AIDE", "ENTREPRISE"),
    # Begins after the exit of its parcours, in the year of that exit: of 2021.
    Etape(A, "5", "alice-1", "FREINS", date(2021, 5, 1)),
    # Begins in the year after the exit and is open: it ended before 2021, so it is of no year.
    Etape(A, "6", "bruno", "AUTRE", date(2021, 2, 1)),
    # The same with an end of its own: of 2021.
    Etape(A, "7", "bruno", "FORMATION_QUALIFIANTE", date(2021, 2, 1), date(2021, 3, 1)),
    # Ends on the last day of 2020: of 2020 alone.
    Etape(A, "8", "eric", "MEDIATION", date(2020, 12, 31), date(2020, 12, 31)),
    # Not work of the IAE, although its host is: it is training.
    Etape(B, "1", "alice-1", "FORMATION_NON_QUALIFIANTE", date(2021, 3, 1), structure_accueil="EI"),
]


def hand_made_world() -> World:
    """The world above."""
    return World(LOADED, PARTICIPANTS, PARCOURS, ETAPES, SORTIES)
