"""The `datapackage.json` of an edition (Data Package v2): what each file is, what each column means, in French."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from consolidation.editions.edition import Edition
from consolidation.open_data.columns import INDICATORS, INDICATORS_KEY, RESTATEMENTS, OpenColumn
from consolidation.open_data.workbook import MADE_UP

_DESCRIPTION = (
    "Indicateurs annuels des plans locaux pluriannuels pour l’insertion et l’emploi (PLIE) pour la France, les régions,"
    " les départements et les PLIE, après secret statistique. Dans un tableur, ouvrir indicators.xlsx\u202f;"
    " indicators.csv (UTF-8, virgules, points décimaux) est fait pour les programmes."
)


def data_package(edition: Edition, folder: Path) -> dict[str, Any]:
    """The descriptor of the files that stand in the folder of an edition.

    Raises:
        FileNotFoundError: one of them is not there yet.
    """
    described = f"{MADE_UP} {_DESCRIPTION}" if edition.is_made_up else _DESCRIPTION
    resources = [
        _table(folder, "indicators.csv", "Indicateurs", INDICATORS, INDICATORS_KEY),
        _file(folder, "indicators.parquet", "Les mêmes indicateurs en Parquet", "application/vnd.apache.parquet"),
        _file(
            folder,
            "indicators.xlsx",
            "Les mêmes indicateurs en classeur Excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        _file(folder, "edition.json", "Ce sur quoi l’édition repose", "application/json"),
    ]
    if (folder / "restatements.csv").exists():
        title = "Chiffres corrigés depuis l’édition précédente"
        resources.append(_table(folder, "restatements.csv", title, RESTATEMENTS, INDICATORS_KEY))
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"plie-consolidation-{edition.year}-{edition.number}",
        "title": f"Consolidation nationale des PLIE {edition.year}, édition {edition.edition_id}",
        "description": described,
        "version": edition.edition_id,
        "created": f"{edition.frozen_at:%Y-%m-%dT%H:%M:%SZ}",
        "keywords": [*(["données fictives"] if edition.is_made_up else []), "PLIE", "insertion", "emploi"],
        "resources": resources,
    }


def _about(folder: Path, name: str, title: str) -> dict[str, Any]:
    content = (folder / name).read_bytes()
    return {
        "name": name.replace(".", "-"),
        "path": name,
        "title": title,
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _file(folder: Path, name: str, title: str, mediatype: str) -> dict[str, Any]:
    return _about(folder, name, title) | {"type": "file", "format": name.split(".")[-1], "mediatype": mediatype}


def _table(folder: Path, name: str, title: str, columns: Sequence[OpenColumn], key: Sequence[str]) -> dict[str, Any]:
    return _about(folder, name, title) | {
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [column.as_field() for column in columns],
            "primaryKey": list(key),
            "missingValues": [""],
        },
    }
