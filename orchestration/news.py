"""What is new at the door, told without opening the warehouse for writing: for the schedule and the sensor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingestion.contract import open_plie_ids
from ingestion.loading.landing import Landed, waiting
from ingestion.settings import Settings
from ingestion.survey.landing import LandedWorkbook, waiting_workbooks


@dataclass(frozen=True, order=True)
class WaitingFile:
    """One file in landing as it stands at this moment."""

    plie_id: str
    name: str
    bytes: int
    modified_ns: int


def waiting_files(settings: Settings) -> list[WaitingFile]:
    """Deliveries and workbooks that wait, those that are still being written by their name left out."""
    found = []
    landed: list[Landed | LandedWorkbook] = [*waiting(settings), *waiting_workbooks(settings)]
    for file in landed:
        try:
            status = file.path.stat()
        except FileNotFoundError:
            continue
        found.append(WaitingFile(file.plie_id, file.name, status.st_size, status.st_mtime_ns))
    return sorted(found)


def is_recorded(settings: Settings, night: date) -> bool:
    """Whether the ledger has a row for every open PLIE in this night. False where the warehouse cannot be read now."""
    import duckdb

    from ingestion.lake.errors import LakeUnavailable
    from ingestion.nights import recorded
    from ingestion.warehouse import WarehouseBusy, reading

    try:
        with reading(settings.model_copy(update={"lock_timeout": 0})) as connection:
            return set(open_plie_ids(night)) <= set(recorded(connection, night))
    except (FileNotFoundError, WarehouseBusy, LakeUnavailable, duckdb.IOException, duckdb.CatalogException):
        return False
