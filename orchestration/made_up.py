"""Keeps made-up people apart from real ones: a data root is marked before made-up people come in."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass

from ingestion.made_up_mark import MARK
from ingestion.settings import Settings
from ingestion.warehouse import exists, reading, writing

LAKE_MARK = "made_up_campaign"
"""The fact by which a lake says that its people are made up: other data roots may write to it too."""


class RealDataHere(RuntimeError):
    """The data root holds data that is not marked as made up."""


@dataclass(frozen=True)
class MadeUp:
    """What a marked data root holds: the campaign of one seed and scale."""

    year: int
    scale: float
    seed: int


def marked_campaign(settings: Settings) -> MadeUp | None:
    """The campaign that this data root holds, or None when it is not marked as made up."""
    try:
        mark = json.loads((settings.data / MARK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return MadeUp(mark["year"], mark["scale"], mark["seed"])


def _holds_data(settings: Settings) -> bool:
    return settings.warehouse.exists() or any(settings.landing.glob("*/*"))


def _claim_lake(settings: Settings, text: str) -> None:
    """Marks an empty lake for this campaign; one that holds anything else is never emptied for made-up people.

    Raises:
        RealDataHere: the lake holds data, and they are not of this campaign.
    """
    if exists(settings):
        with reading(settings) as connection:
            row = connection.execute("select value from raw.warehouse_facts where name = ?", [LAKE_MARK]).fetchone()
            held = connection.execute("select count(*) from raw.deliveries").fetchone()
        if row == (text,):
            return
        if row is not None or held != (0,):
            raise RealDataHere(
                "The lake of PLIE_LAKE_CATALOG holds data that are not of this made-up campaign; made-up people are "
                "never loaded beside them. Make another database for them, with another PLIE_LAKE_PATH."
            )
    with writing(settings, "marking a lake for made-up people") as connection:
        connection.execute("insert into raw.warehouse_facts values (?, ?)", [LAKE_MARK, text])


def claim(settings: Settings, campaign: MadeUp) -> bool:
    """Marks the data root for this campaign; empties it first when it holds another made-up one. True when emptied.

    Raises:
        RealDataHere: there is a warehouse, or deliveries wait, and nothing says that they are made up.
    """
    held = marked_campaign(settings)
    if held is None and _holds_data(settings):
        raise RealDataHere(
            f"{settings.data} holds data that is not marked as made up; made-up people are never loaded beside it. "
            "Choose another folder with --data."
        )
    if settings.store == "ducklake":
        _claim_lake(settings, json.dumps(asdict(campaign)))
    emptied = held is not None and held != campaign
    if emptied:
        for folder in (settings.landing, settings.outbox, settings.archive, settings.quarantine, settings.published):
            shutil.rmtree(folder, ignore_errors=True)
        for path in settings.data.glob("warehouse.duckdb*"):
            path.unlink()
    settings.data.mkdir(parents=True, exist_ok=True)
    text = {"avertissement": "Données fictives : aucune personne réelle.", **asdict(campaign)}
    (settings.data / MARK).write_text(json.dumps(text, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return emptied
