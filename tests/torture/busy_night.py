"""Lands a night with deliveries of every kind, good and bad, on top of a former night that went well."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingestion.contract import registered_plie_ids
from ingestion.sample.campaign import write_campaign
from ingestion.settings import Settings
from tests.deliveries import Delivery, a_delivery, a_delta, etape, parcours, participant, sortie, suppression

NOW = datetime(2022, 3, 1, 2, 0, 13, tzinfo=UTC)
FORMER = datetime(2022, 2, 28, 2, 0, 13, tzinfo=UTC)
EMAIL = "jeanne.martin@exemple.fr"


@dataclass(frozen=True)
class Sent:
    """A full delivery of the made-up campaign, as it lies in landing."""

    path: Path

    @property
    def plie_id(self) -> str:
        return self.path.parent.name

    @property
    def created(self) -> datetime:
        return datetime.strptime(self.path.stem.split("_")[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    def entries(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def first_keys(self, count: int) -> list[str]:
        """Identifiers of some of its parcours."""
        with io.TextIOWrapper(io.BytesIO(self.entries()["parcours.csv"]), encoding="latin-1") as lines:
            header = next(lines).replace("ï»¿", "").strip().replace('"', "").split(";")
            place = header.index("parcours_id")
            return [next(lines).strip().replace('"', "").split(";")[place] for _ in range(count)]


def land_former_night(settings: Settings) -> None:
    """Every tenth PLIE of the register sends a small full delivery, dated before or after what it will send next."""
    for number, plie_id in enumerate(sorted(registered_plie_ids())[::10]):
        created = FORMER - timedelta(days=1) if number % 3 else datetime(2021, 11, 30, 22, 0, 0, tzinfo=UTC)
        a_delivery(plie_id, people=12, created=created, coverage=("2016-01-01", "2021-11-30")).land(settings)


def land_busy_night(settings: Settings, scale: float, one_in: int = 1, seed: int = 0) -> None:
    """The made-up campaign at `scale`, and beside it deliveries to be refused, kept, destroyed, held, passed over.

    With `one_in` above 1, only every so many of the campaign's deliveries land.
    """
    files = sorted(path for path in write_campaign(settings, scale=scale, seed=seed).files if path.suffix == ".zip")
    for path in set(files) - set(files[::one_in]):
        path.unlink()
    sent = [Sent(path) for path in files[::one_in]]
    for number, one in enumerate(sent):
        if number % 4 == 0:
            _delta_after(one, number).land(settings)
        if number % 9 == 1:
            (one.path.parent / f"{one.plie_id}_20220226T010000Z.zip").write_bytes(one.path.read_bytes())
        if number % 9 == 2:
            _spoiled(number, one.plie_id).land(settings)
        if number % 12 == 3:
            (one.path.parent / f"{one.plie_id}_20220227T010000Z.zip").write_bytes(one.path.read_bytes()[:900])
        if number % 12 == 4:
            _shrunk(one).land(settings)
        if number % 20 == 5:
            (sent[number - 5].path.parent / one.path.name).write_bytes(one.path.read_bytes())
        if number % 20 == 6:
            (sent[number + 5].path.parent / one.path.name).write_bytes(one.path.read_bytes())
    for plie_id in sorted(registered_plie_ids())[::10]:
        # The same small delivery as in the former night, byte by byte, and an older one.
        land_again = a_delivery(plie_id, people=12, created=datetime(2021, 11, 30, 22, 0, 0, tzinfo=UTC))
        land_again.coverage = ("2016-01-01", "2021-11-30")
        land_again.land(settings)
    (settings.landing / "PLIE-59-06").mkdir(parents=True, exist_ok=True)
    (settings.landing / "PLIE-59-06" / "lisez-moi.txt").write_text("bonjour", encoding="utf-8")
    (settings.landing / "PLIE-59-06" / "en-cours.zip.part").write_bytes(b"PK")


def _delta_after(sent: Sent, number: int) -> Delivery:
    """Adds two persons, takes away a parcours with all that hangs on it, replaces what a third one sent."""
    gone, changed = sent.first_keys(2)
    plie_id = sent.plie_id
    one, two = 9001, 9002
    return a_delta(
        max(sent.created, datetime(2022, 1, 20, tzinfo=UTC)) + timedelta(days=1, seconds=number),
        plie_id,
        suppressions=[suppression("parcours", gone)],
        participants=[participant(one, plie_id), participant(two, plie_id)],
        parcours=[parcours(one, plie_id), parcours(two, plie_id)],
        etapes=[etape(one), etape(two, heures="7,5"), etape(9003, of=two, heures="beaucoup")],
        sorties=[sortie(one), sortie(two) | {"parcours_id": changed, "date_sortie": "2021-12-30"}],
    )


def _spoiled(number: int, plie_id: str) -> Delivery:
    """To be refused: altered on the way, or holding something personal, or with too many wrong rows."""
    delivery = a_delivery(plie_id, people=40, created=datetime(2022, 2, 20, 22, 0, number % 60, tzinfo=UTC))
    kind = number // 9 % 3
    if kind == 0:
        delivery.descriptor_edits.append(lambda tree: _alter(tree))
    elif kind == 1:
        delivery.set("etapes", 5, "structure_accueil", EMAIL)
    else:
        for line in range(2, 30):
            delivery.set("parcours", line, "age_entree", "200")
    return delivery


def _alter(tree: dict[str, Any]) -> None:
    tree["resources"][2]["hash"] = f"sha256:{'0' * 64}"


def _shrunk(sent: Sent) -> Delivery:
    """A later full delivery with far fewer parcours, to be held."""
    return a_delivery(sent.plie_id, people=3, created=datetime(2022, 2, 25, 22, 0, 0, tzinfo=UTC))
