"""The privacy scan against decoding the same bytes and against asking a validator about every token, in one run.

    uv run python -m bench.bench_privacy [LANDING]

Without LANDING the text is made here; with it, every entry of the deliveries below that folder is read (a whole
campaign: `plie sample --data DIR`, then `DIR/landing`). Prints speeds, ratios and alarms; decides nothing.
"""

from __future__ import annotations

import hashlib
import random
import re
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import phonenumbers
from stdnum import iban
from stdnum.fr import nir

from ingestion.gate.privacy import prepare, scan

Entry = tuple[str, bytes]
SAMPLE_BYTES = 300_000
ROUNDS = 3
FLOODS = {
    "@": "@",
    "a@": "a@",
    "digits": "1",
    "spaced digits": "1 ",
    "dotted digits": "1.",
    "0 0 0": "0 ",
    "FR76": "FR76 ",
    "NIR, wrong key": "185057800608492\n",
    "telephones": "0612345678\n",
    "accented": "é",
    "JSON escapes": "\\u0041",
}


def made_up_entries(people: int = 250_000) -> list[Entry]:
    """About 100 MB of text shaped as a national campaign, in 40 deliveries of three entries."""
    draw = random.Random(1)
    day = [
        f"{year}-{month:02d}-{number:02d}" for year in range(2016, 2022) for month in range(1, 13) for number in (1, 17)
    ]
    entries: list[Entry] = []
    for delivery in range(40):
        numbers = range(delivery * people // 40, (delivery + 1) * people // 40)
        names = {number: hashlib.sha256(b"key %d" % number).hexdigest() for number in numbers}
        participants = [f"{names[n]};{draw.choice('FHN')}" for n in numbers]
        parcours = [
            f"P-{n:06d};{names[n]};{draw.choice(day)};{draw.randrange(16, 65)};oui;non;;refus;FT" for n in numbers
        ]
        etapes = [
            f"E-{n}-{step};P-{n:06d};FORMATION_QUALIFIANTE;;ORGANISME_FORMATION;{draw.choice(day)};{draw.choice(day)};"
            f"{draw.randrange(1500)},5;non"
            for n in numbers
            for step in range(2)
        ]
        for name, header, rows in (
            ("participants", "participant_id;sexe", participants),
            ("parcours", "parcours_id;participant_id;date_entree;age_entree;brsa;ass;aah;rqth;prescripteur", parcours),
            (
                "etapes",
                "etape_id;parcours_id;type_etape;type_contrat;structure_accueil;date_debut;date_fin;heures;cofinance_fse",
                etapes,
            ),
        ):
            entries.append((f"{name}.csv", "\n".join([header, *rows, ""]).encode()))
    return entries


def delivered_entries(landing: Path) -> list[Entry]:
    """Every entry of every zip below `landing`."""
    entries = []
    for path in sorted(landing.glob("*/*.zip")):
        with zipfile.ZipFile(path) as archive:
            entries += [(name, archive.read(name)) for name in archive.namelist()]
    return entries


def best_of(work: Callable[[], object]) -> float:
    """Seconds of the fastest of a few rounds."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def ask_about_every_token(text: bytes) -> int:
    """What the scan is spared: each validator on each token of letters and digits."""
    found = 0
    for token in re.findall(r"[0-9A-Za-z@.]+", text.decode("utf-8", "replace")):
        found += nir.is_valid(token) or iban.is_valid(token)
        try:
            found += phonenumbers.is_valid_number(phonenumbers.parse(token, "FR"))
        except phonenumbers.NumberParseException:
            continue
    return found


def scan_all(entries: Iterable[Entry]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for name, data in entries:
        counts += scan(name, data).counts
    return counts


def main(landing: Path | None) -> None:
    entries = delivered_entries(landing) if landing else made_up_entries()
    size = sum(len(data) for _, data in entries) / 1e6
    rows = sum(data.count(b"\n") for _, data in entries)
    print(f"{len(entries)} entries, {rows:,} lines, {size:.0f} MB")

    started = time.perf_counter()
    prepare()
    print(f"table of predictable digests  {time.perf_counter() - started:8.2f} s, once per process")

    decode = best_of(lambda: [data.decode("utf-8", "replace") for _, data in entries])
    alone = best_of(lambda: scan_all(entries))
    with ThreadPoolExecutor(2) as pool:
        shared = best_of(lambda: list(pool.map(lambda entry: scan(*entry), entries)))
    sample = b"".join(data[: SAMPLE_BYTES // len(entries)] for _, data in entries)
    naive = best_of(lambda: ask_about_every_token(sample)) / len(sample) * size * 1e6
    for label, seconds in (
        ("decode", decode),
        ("scan", alone),
        ("scan, 2 threads", shared),
        ("every token asked", naive),
    ):
        print(f"{label:28}  {seconds:8.2f} s {size / seconds:9.1f} MB/s  {seconds / decode:9.1f} x decode")
    print(f"alarms: {dict(scan_all(entries)) or 'none'}")

    print("text made to keep the scan busy, 4 MB each:")
    for label, unit in FLOODS.items():
        flood = (unit * (4_000_000 // len(unit.encode()))).encode()
        started = time.perf_counter()
        counts = scan("flood.csv", flood).counts
        seconds = time.perf_counter() - started
        print(f"  {label:26}  {seconds:8.2f} s {len(flood) / 1e6 / seconds:9.1f} MB/s  {dict(counts)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
