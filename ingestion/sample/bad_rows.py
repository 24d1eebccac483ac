"""Rows that the gate must reject: mistakes that real senders make, in a few PLIE.

They come on top of the calibrated rows and nothing depends on them, so that no figure moves when they are rejected.
"""

from __future__ import annotations

import hashlib
from typing import TypeAlias

import numpy as np
import polars as pl

from ingestion.sample.programmes import Programmes

Row: TypeAlias = dict[str, str | None]

CARELESS_SENDERS = 8
AMONG_LARGEST = 40
SHARE, AT_LEAST = 0.003, 3
NOBODY = hashlib.sha256(b"personne absente").hexdigest()
DOUBLE: Row = {"etape_id": "saisie-en-double"}
"""Two rows with this key are sent; the gate can take neither."""

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


def _sound_row(resource: str, number: int, parcours: Row) -> Row:
    """A row of this parcours that the gate would let in, whose key is new."""
    if resource == "participants":
        return {"participant_id": hashlib.sha256(f"ligne {number}".encode()).hexdigest(), "sexe": "F"}
    if resource == "parcours":
        return {
            "parcours_id": f"reprise-{number}",
            "participant_id": parcours["participant_id"],
            "date_entree": parcours["date_entree"],
        }
    if resource == "etapes":
        return {
            "etape_id": f"reprise-{number}",
            "parcours_id": parcours["parcours_id"],
            "type_etape": "MEDIATION",
            "date_debut": parcours["date_entree"],
        }
    return {
        "parcours_id": parcours["parcours_id"],
        "date_sortie": parcours["date_entree"],
        "motif_sortie": "ABANDON",
    }


def with_bad_rows(
    rows: dict[str, pl.DataFrame], turn: int, rng: np.random.Generator
) -> tuple[dict[str, pl.DataFrame], int]:
    """The rows of one PLIE with some bad ones strewn in, and how many those are.

    `turn` is the sender's place among the careless ones, so that together they make every mistake.
    """
    text = {name: frame.cast(pl.String) for name, frame in rows.items()}
    still_here = text["parcours"].join(text["sorties"], on="parcours_id", how="anti", maintain_order="left")
    strewn, total = {}, 0
    for resource, mistakes in MISTAKES.items():
        frame = text[resource]
        size = min(max(AT_LEAST, round(SHARE * len(frame))), len(still_here))
        people = still_here[rng.choice(len(still_here), size, replace=False).astype(np.uint32)].to_dicts()
        bad = [
            _sound_row(resource, number, parcours) | mistakes[(turn * AT_LEAST + number) % len(mistakes)]
            for number, parcours in enumerate(people)
        ]
        if resource == "etapes":
            bad += [_sound_row(resource, size, people[0]) | DOUBLE] * 2
        extra = pl.DataFrame(bad, schema=frame.schema)
        place = np.concatenate([np.arange(len(frame)), rng.uniform(0, len(frame), len(extra))])
        strewn[resource] = pl.concat([frame, extra])[np.argsort(place, kind="stable").astype(np.uint32)]
        total += len(extra)
    return strewn, total
