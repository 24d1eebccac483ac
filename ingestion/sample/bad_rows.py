"""Rows that the gate must reject: mistakes that real senders make, in a few PLIE.

They come on top of the calibrated rows and nothing depends on them, so that no figure moves when they are rejected.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.sample.programmes import Programmes

CARELESS_SENDERS = 8
AMONG_LARGEST = 40
SHARE, AT_LEAST = 0.003, 3
NOBODY = "0" * 63 + "f"
Row = dict[str, str | None]

MISTAKES: dict[str, tuple[Row, ...]] = {
    "participants": ({"sexe": "Féminin"}, {"sexe": None}, {"participant_id": "dossier 12", "sexe": "H"}, {"sexe": "1"}),
    "parcours": (
        {"prescripteur": "Pôle emploi"},
        {"niveau_formation": "9"},
        {"date_entree": "2021-02-30"},
        {"date_entree": None},
        {"age_entree": "112"},
        {"brsa": "Bénéficiaire"},
        {"date_entree": "15/03/2019"},
        {"participant_id": NOBODY},
        {"date_entree": "2027-01-04"},
        {"parcours_id": "numéro à compléter"},
        {"duree_inscription_mois": "deux ans"},
    ),
    "etapes": (
        {"type_etape": "Atelier numérique"},
        {"type_etape": "EMPLOI", "structure_accueil": "ENTREPRISE"},
        {"date_fin": "1999-12-31"},
        {"heures": "17.5"},
        {"date_debut": None},
        {"parcours_id": "sans-parcours"},
        {"type_etape": "EMPLOI", "type_contrat": "CDI"},
        {"heures": "-3"},
        {"date_debut": "2027-01-04"},
        {"cofinance_fse": "à vérifier"},
        {"date_debut": "2021-13-01"},
        {"structure_accueil": "Régie"},
    ),
    "sorties": (
        {"motif_sortie": "Déménagement"},
        {"motif_sortie": "EMPLOI_DURABLE"},
        {"date_sortie": "1995-01-02"},
        {"motif_sortie": None},
        {"date_sortie": "2021-06-31"},
        {"parcours_id": "sans-parcours"},
        {"secteur_naf": "Z"},
        {"date_sortie": "2027-01-04"},
        {"duree_contrat_mois": "indéterminée"},
    ),
}
"""By resource: what is wrong in each bad row; the rest of it is what `_sound_row` fills in."""


def careless_senders(programmes: Programmes, rng: np.random.Generator) -> tuple[int, ...]:
    """Numbers of the PLIE that send bad rows, among the largest."""
    largest = np.argsort(-programmes.persons, kind="stable")[:AMONG_LARGEST]
    return tuple(sorted(rng.choice(largest, CARELESS_SENDERS, replace=False).tolist()))


def _sound_row(resource: str, number: int, rows: dict[str, pl.DataFrame], open_parcours: list[str]) -> Row:
    """A row that the gate would let in, whose key is new."""
    parcours = rows["parcours"]
    some = number * 7919 % len(parcours)
    if resource == "participants":
        return {"participant_id": f"{number + 1:064x}", "sexe": "F"}
    if resource == "parcours":
        return {
            "parcours_id": f"erreur-{number}",
            "participant_id": parcours["participant_id"][some],
            "date_entree": parcours["date_entree"][some],
        }
    if resource == "etapes":
        return {
            "etape_id": f"erreur-{number}",
            "parcours_id": parcours["parcours_id"][some],
            "type_etape": "MEDIATION",
            "date_debut": parcours["date_entree"][some],
        }
    return {
        "parcours_id": open_parcours[number % len(open_parcours)],
        "date_sortie": "2020-12-31",
        "motif_sortie": "ABANDON",
    }


def with_bad_rows(
    rows: dict[str, pl.DataFrame], turn: int, rng: np.random.Generator
) -> tuple[dict[str, pl.DataFrame], int]:
    """The rows of one PLIE with some bad ones strewn in, and how many those are.

    `turn` is the sender's place among the careless ones, so that together they make every mistake.
    """
    text = {name: frame.cast(pl.String) for name, frame in rows.items()}
    still_here = text["parcours"].join(text["sorties"], on="parcours_id", how="anti")["parcours_id"].to_list()
    strewn, total = {}, 0
    for resource, mistakes in MISTAKES.items():
        frame = text[resource]
        size = max(AT_LEAST, round(SHARE * len(frame)))
        if resource == "sorties":
            size = min(size, len(still_here))
        bad = [
            _sound_row(resource, number, text, still_here) | mistakes[(turn * AT_LEAST + number) % len(mistakes)]
            for number in range(size)
        ]
        extra = pl.DataFrame(bad, schema=frame.schema)
        place = np.concatenate([np.arange(len(frame)), rng.uniform(0, len(frame), len(extra))])
        strewn[resource] = pl.concat([frame, extra])[np.argsort(place, kind="stable").astype(np.uint32)]
        total += len(extra)
    return strewn, total
