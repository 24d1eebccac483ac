"""Makes real contract zips for tests: a sound delivery to begin with, which a test then spoils in one way.

    delivery = a_delivery()
    delivery.set("parcours", 3, "age_entree", "12")   # line 3 of parcours.csv, 1 = header
    delivery.land(settings)                           # or delivery.write(folder)

Rows are dictionaries of text, as a sender would write them. What a dictionary cannot say is done by `contents` (the
bytes of a file, before they are counted and hashed), `descriptor_edits` and `entries_edits` (the last word).
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingestion.contract import known_contracts
from ingestion.settings import Settings

PLIE = "PLIE-59-06"
CREATED = datetime(2021, 12, 31, 22, 0, 0, tzinfo=UTC)

Row = dict[str, str]


def person(number: int, plie_id: str = PLIE) -> str:
    """The pseudonym of the person `number` of a PLIE: 64 hexadecimal digits."""
    return hashlib.sha256(f"{plie_id} personne {number}".encode()).hexdigest()


def participant(number: int, plie_id: str = PLIE, **changes: str) -> Row:
    return {"participant_id": person(number, plie_id), "sexe": "FH"[number % 2]} | changes


def parcours(number: int, plie_id: str = PLIE, **changes: str) -> Row:
    return {
        "parcours_id": f"P{number}",
        "participant_id": person(number, plie_id),
        "date_entree": "2020-03-02",
        "age_entree": "34",
        "niveau_formation": "3",
        "duree_inscription_mois": "18",
        "brsa": "oui",
        "ass": "non",
        "aah": "",
        "rqth": "refus",
        "qpv": "non",
        "prescripteur": "FT",
    } | changes


def etape(number: int, of: int | None = None, **changes: str) -> Row:
    return {
        "etape_id": f"E{number}",
        "parcours_id": f"P{number if of is None else of}",
        "type_etape": "EMPLOI",
        "type_contrat": "CDDI",
        "structure_accueil": "ACI",
        "date_debut": "2020-05-04",
        "date_fin": "2020-11-03",
        "heures": "520,5",
        "cofinance_fse": "oui",
    } | changes


def sortie(of: int, **changes: str) -> Row:
    return {
        "parcours_id": f"P{of}",
        "date_sortie": "2021-09-15",
        "motif_sortie": "EMPLOI_DURABLE",
        "type_contrat": "CDI",
        "date_debut_contrat": "2021-03-15",
        "duree_contrat_mois": "",
        "categorie_employeur": "ENTREPRISE",
        "secteur_naf": "C",
    } | changes


def suppression(resource: str, key: str) -> Row:
    return {"ressource": resource, "cle": key}


@dataclass
class Delivery:
    """One delivery as its sender would make it; every part may be changed before it is written."""

    plie_id: str = PLIE
    created: datetime = CREATED
    mode: str = "full"
    contract: str = "1.0"
    coverage: tuple[str, str] = ("2016-01-01", "2021-12-31")
    rows: dict[str, list[Row]] = field(default_factory=dict)
    encodings: dict[str, str] = field(default_factory=dict)
    line_end: str = "\n"
    contents: dict[str, bytes] = field(default_factory=dict)
    descriptor_edits: list[Callable[[dict[str, Any]], object]] = field(default_factory=list)
    entries_edits: list[Callable[[dict[str, bytes]], object]] = field(default_factory=list)

    def set(self, resource: str, line: int, column: str, value: str) -> Delivery:
        """Puts `value` into the cell of a line (1 = header) and column."""
        self.rows[resource][line - 2][column] = value
        return self

    @property
    def file_name(self) -> str:
        return f"{self.plie_id}_{self.created:%Y%m%dT%H%M%SZ}.zip"

    def columns(self, resource: str) -> tuple[str, ...]:
        return known_contracts()[self.contract].allowed_resources("delta")[resource].field_names

    def content(self, resource: str) -> bytes:
        """The bytes of a resource's file."""
        if resource in self.contents:
            return self.contents[resource]
        columns = self.columns(resource)
        lines = [";".join(columns), *(";".join(row[column] for column in columns) for row in self.rows[resource])]
        text = "".join(line + self.line_end for line in lines)
        return text.encode(self.encodings.get(resource, "utf-8"))

    def descriptor(self) -> dict[str, Any]:
        described = {
            "name": f"{self.plie_id}-{self.created:%Y%m%dt%H%M%Sz}".lower(),
            "created": f"{self.created:%Y-%m-%dT%H:%M:%SZ}",
            "plie": {
                "contract": self.contract,
                "plie_id": self.plie_id,
                "mode": self.mode,
                "coverage": {"from": self.coverage[0], "to": self.coverage[1]},
                "producer": {"name": "Logiciel d'essai", "version": "1.2"},
                "pseudonymisation": "hmac-sha256",
            },
            "resources": [
                {
                    "name": name,
                    "path": f"{name}.csv",
                    "encoding": self.encodings.get(name, "utf-8"),
                    "bytes": len(self.content(name)),
                    "hash": f"sha256:{hashlib.sha256(self.content(name)).hexdigest()}",
                    "rows": len(self.rows[name]),
                }
                for name in self.rows
            ],
        }
        for edit in self.descriptor_edits:
            edit(described)
        return described

    def entries(self) -> dict[str, bytes]:
        """Bytes of each entry of the archive by its name."""
        entries = {"datapackage.json": json.dumps(self.descriptor(), ensure_ascii=False).encode()}
        entries |= {f"{name}.csv": self.content(name) for name in self.rows}
        for edit in self.entries_edits:
            edit(entries)
        return entries

    def zipped(self) -> bytes:
        return zipped(self.entries())

    def write(self, folder: Path, name: str | None = None) -> Path:
        """Writes the zip into a folder, which is made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (name or self.file_name)
        path.write_bytes(self.zipped())
        return path

    def land(self, settings: Settings, name: str | None = None) -> Path:
        """Writes the zip into the landing folder of its PLIE."""
        return self.write(settings.landing / self.plie_id, name)


def zipped(entries: dict[str, bytes]) -> bytes:
    """A zip of these entries, the same bytes for the same entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name, (2021, 12, 31, 22, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def a_delivery(plie_id: str = PLIE, people: int = 4, created: datetime = CREATED, **parts: Any) -> Delivery:
    """A sound full delivery: each person has one parcours with one step; every second parcours has an exit."""
    numbers = range(1, people + 1)
    rows = {
        "participants": [participant(number, plie_id) for number in numbers],
        "parcours": [parcours(number, plie_id) for number in numbers],
        "etapes": [etape(number) for number in numbers],
        "sorties": [sortie(number) for number in numbers if number % 2],
    }
    return Delivery(plie_id=plie_id, created=created, rows=rows, **parts)


def a_delta(created: datetime, plie_id: str = PLIE, **rows: list[Row]) -> Delivery:
    """A delta that holds the given resources: `a_delta(later, etapes=[etape(9, of=1)])`."""
    return Delivery(plie_id=plie_id, created=created, mode="delta", rows=rows)
