"""The rows of a small world, as the gate would have let them in, and how they get into a warehouse's `raw` schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, fields
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb

from ingestion.raw_schema import create_raw_schema, row_tables


@dataclass(frozen=True)
class Loaded:
    """What is loaded of one PLIE: the period that its last delivery covers, and the day it was made."""

    plie_id: str
    coverage_from: date
    coverage_to: date
    created: date

    @property
    def delivery_id(self) -> str:
        return f"{self.plie_id}_{self.created:%Y%m%d}T220000Z"

    @property
    def created_at(self) -> datetime:
        return datetime.combine(self.created, time(22))


@dataclass(frozen=True)
class Participant:
    plie_id: str
    participant_id: str
    sexe: str


@dataclass(frozen=True)
class Parcours:
    plie_id: str
    parcours_id: str
    participant_id: str
    date_entree: date
    age_entree: int | None = None
    niveau_formation: int | None = None
    duree_inscription_mois: int | None = None
    brsa: str | None = None
    ass: str | None = None
    aah: str | None = None
    rqth: str | None = None
    qpv: str | None = None
    prescripteur: str | None = None


@dataclass(frozen=True)
class Etape:
    plie_id: str
    etape_id: str
    parcours_id: str
    type_etape: str
    date_debut: date
    date_fin: date | None = None
    type_contrat: str | None = None
    structure_accueil: str | None = None
    heures: float | None = None
    cofinance_fse: str | None = None


@dataclass(frozen=True)
class Sortie:
    plie_id: str
    parcours_id: str
    date_sortie: date
    motif_sortie: str
    type_contrat: str | None = None
    date_debut_contrat: date | None = None
    duree_contrat_mois: int | None = None
    categorie_employeur: str | None = None
    secteur_naf: str | None = None


Row = Participant | Parcours | Etape | Sortie


@dataclass
class World:
    """Everything that a warehouse holds at one moment: who is loaded, and their rows."""

    loaded: list[Loaded] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    parcours: list[Parcours] = field(default_factory=list)
    etapes: list[Etape] = field(default_factory=list)
    sorties: list[Sortie] = field(default_factory=list)

    def write_into(self, warehouse: Path) -> None:
        """Makes the file `warehouse` with the `raw` schema and this world in it."""
        warehouse.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(warehouse)) as connection:
            create_raw_schema(connection)
            for loaded in self.loaded:
                _insert_delivery(connection, loaded)
            deliveries = {loaded.plie_id: loaded.delivery_id for loaded in self.loaded}
            _insert_rows(connection, "participants", self.participants, deliveries)
            _insert_rows(connection, "parcours", self.parcours, deliveries)
            _insert_rows(connection, "etapes", self.etapes, deliveries)
            _insert_rows(connection, "sorties", self.sorties, deliveries)


def _insert_delivery(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> None:
    row = {
        "delivery_id": loaded.delivery_id,
        "plie_id": loaded.plie_id,
        "file_name": f"{loaded.delivery_id}.zip",
        "sha256": loaded.delivery_id.encode().hex().ljust(64, "0")[:64],
        "bytes": 1000,
        "received_at": loaded.created_at,
        "status": "accepted",
        "contract": "1.0",
        "mode": "full",
        "created_at": loaded.created_at,
        "coverage_from": loaded.coverage_from,
        "coverage_to": loaded.coverage_to,
        "producer_name": "reference world",
        "producer_version": "1",
        "kept_in": "archive",
        "kept_as": f"{loaded.delivery_id}.zip",
        "acknowledged_as": f"{loaded.delivery_id}.ack.json",
        "filed": True,
    }
    marks = ", ".join("?" for _ in row)
    connection.execute(f"insert into raw.deliveries ({', '.join(row)}) values ({marks})", list(row.values()))
    connection.execute(
        "insert into raw.loaded_plie (plie_id, delivery_id, load_number, created_at, coverage_from, coverage_to) "
        "values (?, ?, 1, ?, ?, ?)",
        [loaded.plie_id, loaded.delivery_id, loaded.created_at, loaded.coverage_from, loaded.coverage_to],
    )


def _insert_rows(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row], deliveries: dict[str, str]
) -> None:
    if not rows:
        return
    names = [column.name for column in fields(rows[0])]
    columns: dict[str, list[Any]] = dict(zip(names, map(list, zip(*map(astuple, rows), strict=True)), strict=True))
    columns["delivery_id"] = [deliveries[row.plie_id] for row in rows]
    columns["line"] = list(range(2, len(rows) + 2))
    types = row_tables()[table]
    assert set(columns) == set(types), f"{table}: the world and the raw table differ in columns"
    values = ", ".join(f"unnest(?::{types[name]}[])" for name in columns)
    connection.execute(f"insert into raw.{table} ({', '.join(columns)}) select {values}", list(columns.values()))
