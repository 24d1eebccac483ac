"""Names under which a delivery may land, of files and of folders: as bytes, for a file system takes nearly any."""

from __future__ import annotations

import random

from tests.torture import personal

LONGEST = 255
"""Bytes that Linux allows in one name."""
NOT_YET_THERE = (b".part", b".tmp", b".filepart")

FOLDERS = (
    b"PLIE-59-99", b"plie-59-06", b"PLIE-59-06 ", b" PLIE-59-06", b"PLIE-59-06.zip", b"PLIE-99-01", b"PLIE", b"*",
    b"%s", b"{gabarit}", b"'; drop table raw.parcours; --", b"CON", b"-rf", b"~", b"$HOME", b"a" * 255,
    "dépôt".encode(), "ＰLIE-59-06".encode(), "😀".encode(), "é".encode() * 127, b"=1+1",
)  # fmt: skip
IGNORED_FOLDERS = (
    b".cache",
    b"...",
    b"..x",
    b"\xff\xfe",
    b"a\nb",
    b"\x1b[2J",
    b"PLIE-59-06\r",
    "\u202ePLIE-59-06".encode(),
    "a\u2028b".encode(),
    b"\x7f",
)
"""Folders that are none of a PLIE: what is in them stays where it is."""


def odd_file_name(rng: random.Random, usual: bytes) -> bytes:
    """A name in the place of `PLIE-…_<time>.zip`."""
    stem, plie_id = usual.removesuffix(b".zip"), usual.split(b"_")[0]
    chosen = rng.choice(
        [
            usual.lower(), usual.upper(), stem, stem + b".ZIP", stem + b".zip.zip", stem + b" (1).zip", stem + b".7z",
            stem + b".zip ", b" " + usual, b"-" + usual, plie_id + b".zip", plie_id + b"_.zip",
            plie_id + b"_20211331T220000Z.zip",
            plie_id + b"_20211231220000.zip", plie_id + b"_99991231T235959Z.zip", b"_" + usual, usual + b"\n",
            b"\n" + usual,
            stem + b"\n.zip", stem + b"\xff.zip", stem + b"\\xff.zip", b"\xff\xfe\xfd", stem + b"\x1b[31m.zip",
            stem + "\u202egpj.zip".encode(), stem + "é.zip".encode(), stem + "e\u0301.zip".encode(), "😀.zip".encode(),
            b"a" * LONGEST, b"\xff" * LONGEST, "é".encode() * 127, stem + b"_" * (LONGEST - len(usual)) + b".zip",
            b"export final.zip", b"participants.csv", b"datapackage.json", b"enquete_2021.xlsx.zip",
            b"Enquete_2021.xlsx",
            b"{gabarit}.zip", b"%s%n.zip", b"$(id).zip", b"'; drop table x.zip", b"=1+1.zip", b"~", b"*", b"CON.zip",
            personal.value(rng).encode() + b".zip", usual + b".ack.json", usual + b".part.zip",
            usual + b".duplicate.ack.json", stem + b".again-1.zip",
            stem + rng.randbytes(rng.choice([1, 4, 30])).replace(b"/", b"x").replace(b"\0", b"x") + b".zip",
        ]
    )  # fmt: skip
    return chosen[:LONGEST]


def not_there_yet(rng: random.Random, usual: bytes) -> bytes:
    """A name that says: do not look at this."""
    return rng.choice([usual + rng.choice(NOT_YET_THERE), b"." + usual, b".part", b"enquete_2021.xlsx"])


def is_delivery(folder: bytes, name: bytes) -> bool:
    """Whether a delivery is seen in this name (transfer contract §1); told here once more, by itself.

    Spreadsheets, and what is named after the survey, are answered as the survey's workbooks are.
    """
    ending = name[name.rfind(b".") :].lower()
    is_of_survey = ending in (b".xlsx", b".csv") or (name.lower().startswith(b"enquete") and ending != b".zip")
    return (
        folder not in IGNORED_FOLDERS
        and not name.startswith(b".")
        and not name.endswith(NOT_YET_THERE)
        and not is_of_survey
    )
