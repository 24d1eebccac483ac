"""What tests look at after a load: the warehouse, the acknowledgements and the files under the data root."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ingestion.settings import Settings
from ingestion.warehouse import reading


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query on the warehouse; no process may be writing to it if it is a file."""
    with reading(settings) as connection:
        return connection.execute(sql).fetchall()


def column(settings: Settings, sql: str) -> list[Any]:
    """The single column of a query."""
    return [value for (value,) in query(settings, sql)]


def counts(settings: Settings, plie_id: str) -> dict[str, int]:
    """Rows loaded of a PLIE, by resource."""
    return {
        name: query(settings, f"select count(*) from raw.{name} where plie_id = '{plie_id}'")[0][0]
        for name in ("participants", "parcours", "etapes", "sorties")
    }


def acknowledgement(settings: Settings, delivery: Path, ending: str = ".ack.json") -> dict[str, Any]:
    """What the sender of a landed file got back."""
    text = (settings.outbox / delivery.parent.name / f"{delivery.name}{ending}").read_text(encoding="utf-8")
    return dict(json.loads(text))


def files(settings: Settings, *rooms: str) -> list[str]:
    """Paths of the files below some folders of the data root, relative to it."""
    return sorted(
        path.relative_to(settings.data).as_posix()
        for room in rooms
        for path in (settings.data / room).rglob("*")
        if path.is_file() or path.is_symlink()
    )
