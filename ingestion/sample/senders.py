"""How each PLIE sends: its software, encoding, line ends, quoting, column order, identifiers, compression, hour.

Habits are dealt in turn to shuffled PLIE, so that every one of them occurs whatever the seed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ingestion.contract import Resource
from ingestion.sample.programmes import Programmes

MADE_UP = "données fictives"
PRODUCERS = (
    ("ViESION", "7.4"),
    ("ViESION", "7.3.2"),
    ("ViESION", "7.4"),
    ("Parcours & Suivi", "2021.2"),
    ("ABC Insertion", "5.0.1"),
    ("ViESION", "7.4"),
    ("Tableur PLIE", "12"),
)
"""ViESION is what most PLIE use; the others are invented."""
ENCODINGS = (
    ("utf-8", False),
    ("cp1252", False),
    ("utf-8", True),
    ("utf-8", False),
    ("iso-8859-1", False),
    ("utf-8", False),
    ("cp1252", False),
    ("iso-8859-15", False),
    ("utf-8", True),
)
"""Encoding, and whether the files begin with a byte order mark."""
QUOTING: tuple[Literal["necessary", "always", "never", "non_numeric"], ...] = (
    "necessary",
    "always",
    "never",
    "necessary",
    "non_numeric",
)
LINE_ENDS = ("\r\n", "\n", "\r\n")
COLUMN_ORDERS = ("contract", "contract", "alphabetical", "shuffled")
COMPRESSION = (6, 1, 9, 6, 0)
PARCOURS_IDS = (("P-", 6), ("", 5), ("D", 5), ("year", 6), ("par.", 0), ("", 6))
"""Prefix and width of the numbers of parcours; `year` stands for the year of entry and a hyphen."""
STEP_IDS = (("E-", 7), ("", 7), ("ETP", 6), ("e_", 0))
FIRST_SENDING = dt.time(22, 0)
PUNCTUAL_SHARE = 0.5
LATEST_DAYS = 26


@dataclass(frozen=True)
class Sender:
    """The habits of one PLIE."""

    plie_id: str
    producer: tuple[str, str]
    encoding: str
    byte_order_mark: bool
    quoting: Literal["necessary", "always", "never", "non_numeric"]
    line_end: str
    column_order: str
    compression: int
    parcours_id: tuple[str, int]
    step_id: tuple[str, int]
    created: dt.datetime
    coverage_from: dt.date
    coverage_to: dt.date
    secret: bytes
    """Key of its pseudonyms. A real PLIE keeps its own to itself."""
    mode: Literal["full", "delta"] = "full"

    @property
    def file_name(self) -> str:
        return f"{self.plie_id}_{self.created:%Y%m%dT%H%M%SZ}.zip"

    def columns(self, resource: Resource) -> list[str]:
        """The contract's columns in the order in which this PLIE writes them."""
        names = list(resource.field_names)
        if self.column_order == "alphabetical":
            return sorted(names)
        if self.column_order == "shuffled":
            return sorted(names, key=lambda name: hashlib.sha256(f"{self.plie_id} {name}".encode()).digest())
        return names


def sending_more(sender: Sender, part: int) -> Sender:
    """The same PLIE, sending a further part of its people: a delta, `part` minutes after its full delivery."""
    return replace(
        sender,
        mode="delta",
        created=sender.created + dt.timedelta(minutes=part),
        secret=hashlib.sha256(sender.secret + b"%d" % part).digest(),
    )


def _sending_time(coverage_to: dt.date, rng: np.random.Generator) -> dt.datetime:
    """The evening of the last covered day for the punctual, and up to the end of the next month for the others."""
    evening = dt.datetime.combine(coverage_to, FIRST_SENDING)
    if rng.random() < PUNCTUAL_SHARE:
        return evening + dt.timedelta(seconds=int(rng.integers(0, 2 * 3600)))
    return evening + dt.timedelta(days=int(rng.integers(1, LATEST_DAYS)), seconds=int(rng.integers(0, 8 * 3600)))


def draw_senders(programmes: Programmes, seed: int, rng: np.random.Generator) -> list[Sender]:
    """One sender per PLIE, in the order of the programmes."""
    turns = [rng.permutation(len(programmes)) for _ in range(8)]
    senders = []
    for number, plie_id in enumerate(programmes.plie_ids):
        turn = [int(order[number]) for order in turns]
        encoding, mark = ENCODINGS[turn[0] % len(ENCODINGS)]
        senders.append(
            Sender(
                plie_id=plie_id,
                producer=PRODUCERS[turn[1] % len(PRODUCERS)],
                encoding=encoding,
                byte_order_mark=mark,
                quoting=QUOTING[turn[2] % len(QUOTING)],
                line_end=LINE_ENDS[turn[3] % len(LINE_ENDS)],
                column_order=COLUMN_ORDERS[turn[4] % len(COLUMN_ORDERS)],
                compression=COMPRESSION[turn[5] % len(COMPRESSION)],
                parcours_id=PARCOURS_IDS[turn[6] % len(PARCOURS_IDS)],
                step_id=STEP_IDS[turn[7] % len(STEP_IDS)],
                created=_sending_time(programmes.coverage_to[number], rng),
                coverage_from=programmes.coverage_from[number],
                coverage_to=programmes.coverage_to[number],
                secret=hashlib.sha256(f"{MADE_UP} {seed} {plie_id}".encode()).digest(),
            )
        )
    return senders
