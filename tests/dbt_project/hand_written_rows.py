"""A warehouse of four PLIE, small enough to be counted by hand.

| PLIE       | coverage                 | what it shows                                                    |
|------------|--------------------------|------------------------------------------------------------------|
| PLIE-26-01 | 2020-01-01 to 2021-12-31 | complete in 2020 and 2021                                        |
| PLIE-38-01 | 2019-06-01 to 2021-09-30 | complete in 2020, in progress in 2021; same region as the first  |
| PLIE-00-01 | 2021-01-01 to 2021-12-31 | complete without a single row; no region nor department          |
| PLIE-21-01 | 2021-03-01 to 2021-12-31 | coverage that begins inside 2021: in no year, whatever its dates |
"""

from __future__ import annotations

from typing import Any

import duckdb

from ingestion.raw_schema import create_raw_schema

COVERAGES = {
    "PLIE-26-01": ("2020-01-01", "2021-12-31"),
    "PLIE-38-01": ("2019-06-01", "2021-09-30"),
    "PLIE-00-01": ("2021-01-01", "2021-12-31"),
    "PLIE-21-01": ("2021-03-01", "2021-12-31"),
}

Rows = list[dict[str, Any]]

PARTICIPANTS: dict[str, Rows] = {
    "PLIE-26-01": [
        {"participant_id": "a", "sexe": "F"},
        {"participant_id": "b", "sexe": "H"},
        {"participant_id": "c", "sexe": "N"},
    ],
    "PLIE-38-01": [{"participant_id": "a", "sexe": "H"}],
    "PLIE-21-01": [{"participant_id": "a", "sexe": "H"}],
}

PARCOURS: dict[str, Rows] = {
    "PLIE-26-01": [
        {
            "parcours_id": "1",
            "participant_id": "a",
            "date_entree": "2021-02-01",
            "age_entree": 25,
            "niveau_formation": 3,
            "duree_inscription_mois": 12,
            "brsa": "oui",
            "rqth": "refus",
        },
        {"parcours_id": "2", "participant_id": "b", "date_entree": "2015-05-05", "brsa": "oui"},
        {"parcours_id": "3", "participant_id": "a", "date_entree": "2021-11-01", "age_entree": 26, "brsa": "non"},
        {"parcours_id": "4", "participant_id": "c", "date_entree": "2020-12-31", "niveau_formation": 2},
    ],
    "PLIE-38-01": [{"parcours_id": "1", "participant_id": "a", "date_entree": "2021-01-01", "age_entree": 45}],
    "PLIE-21-01": [{"parcours_id": "1", "participant_id": "a", "date_entree": "2021-06-01", "age_entree": 30}],
}

EXITS: dict[str, Rows] = {
    "PLIE-26-01": [
        {
            "parcours_id": "2",
            "date_sortie": "2021-12-31",
            "motif_sortie": "EMPLOI_DURABLE",
            "type_contrat": "CDI",
            "categorie_employeur": "ENTREPRISE",
            "secteur_naf": "N",
        },
        {"parcours_id": "3", "date_sortie": "2021-11-01", "motif_sortie": "DECES"},
        {"parcours_id": "4", "date_sortie": "2021-01-01", "motif_sortie": "ABANDON"},
    ],
}

STEPS: dict[str, Rows] = {
    "PLIE-26-01": [
        {
            "etape_id": "running",
            "parcours_id": "1",
            "type_etape": "EMPLOI",
            "type_contrat": "CDDI",
            "structure_accueil": "ACI",
            "date_debut": "2021-03-01",
        },
        {
            "etape_id": "over new year",
            "parcours_id": "2",
            "type_etape": "MOBILISATION",
            "date_debut": "2020-12-31",
            "date_fin": "2021-01-01",
        },
        {
            "etape_id": "open in a closed parcours",
            "parcours_id": "2",
            "type_etape": "FORMATION_QUALIFIANTE",
            "date_debut": "2020-06-01",
        },
        {"etape_id": "after the exit", "parcours_id": "4", "type_etape": "FREINS", "date_debut": "2021-05-01"},
    ],
}


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Puts these rows into the `raw` schema, as a load would have left them."""
    create_raw_schema(connection)
    for plie_id, (coverage_from, coverage_to) in COVERAGES.items():
        delivery = f"{plie_id}_20220101T000000Z"
        connection.execute(
            "insert into raw.deliveries (delivery_id, plie_id, file_name, sha256, bytes, received_at, status,"
            " acknowledged_as, filed)"
            " values (?, ?, ?, '0', 1, timestamp '2022-01-01', 'accepted', ?, true)",
            [delivery, plie_id, f"{delivery}.zip", f"{delivery}.ack.json"],
        )
        connection.execute(
            "insert into raw.loaded_plie (plie_id, delivery_id, load_number, created_at, coverage_from, coverage_to)"
            " values (?, ?, 1, timestamp '2022-01-01', ?, ?)",
            [plie_id, delivery, coverage_from, coverage_to],
        )
        resources = {"participants": PARTICIPANTS, "parcours": PARCOURS, "sorties": EXITS, "etapes": STEPS}
        for resource, rows_by_plie in resources.items():
            for line, row in enumerate(rows_by_plie.get(plie_id, []), start=2):
                filled = {"plie_id": plie_id, "delivery_id": delivery, "line": line, **row}
                marks = ", ".join("?" * len(filled))
                connection.execute(
                    f"insert into raw.{resource} ({', '.join(filled)}) values ({marks})", list(filled.values())
                )
