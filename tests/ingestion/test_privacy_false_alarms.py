"""The privacy scan does not cry wolf: large, fixed samples of everything that a sound campaign is made of."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import uuid
from collections.abc import Iterable

import pytest

from ingestion.contract import code_lists, known_contracts
from ingestion.gate.privacy import scan

PSEUDONYMS = 300_000


def counts(rows: Iterable[str], name: str = "parcours.csv") -> dict[str, int]:
    return dict(scan(name, "\n".join(rows).encode(), "utf-8").counts)


@pytest.fixture(scope="module")
def pseudonyms() -> list[str]:
    return [hashlib.sha256(b"key %d" % number).hexdigest() for number in range(PSEUDONYMS)]


def test_the_sample_holds_pseudonyms_that_a_bare_digit_pattern_would_take_for_numbers(pseudonyms: list[str]) -> None:
    fifteen_in_a_row = sum(any(len(run) >= 15 for run in _digit_runs(text)) for text in pseudonyms)
    assert fifteen_in_a_row > 2_000


def _digit_runs(text: str) -> list[str]:
    return "".join(letter if letter.isdigit() else " " for letter in text).split()


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_no_pseudonym_alarms(pseudonyms: list[str], case: type[str]) -> None:
    assert counts(["participant_id;sexe", *(f"{case(text)};F" for text in pseudonyms)], "participants.csv") == {}


@pytest.mark.parametrize("width", [16, 20, 24, 32, 40])
def test_no_shorter_digest_used_as_an_identifier_alarms(pseudonyms: list[str], width: int) -> None:
    assert counts(["parcours_id", *(f"{text[:width]};P-{text[width:40]}" for text in pseudonyms)]) == {}


def test_no_uuid_alarms() -> None:
    draw = random.Random(5)
    texts = [str(uuid.UUID(int=draw.getrandbits(128), version=4)) for _ in range(100_000)]
    assert counts(["parcours_id", *texts]) == {}


def test_no_date_between_1990_and_2030_alarms() -> None:
    first = dt.date(1990, 1, 1)
    days = [first + dt.timedelta(days=number) for number in range(365 * 41)]
    rows = [f"{day};{day + dt.timedelta(days=90)};{day:%d/%m/%Y};{day:%Y%m%d};{day:%d-%m-%Y}" for day in days]
    stamps = [f"{day}T22:00:00Z;{day:%Y%m%d}T220000Z;{day} 22:00:00;PLIE-01-06_{day:%Y%m%d}T220000Z" for day in days]
    assert counts(["a;b;c;d;e", *rows, *stamps]) == {}


def test_no_usual_identifier_alarms() -> None:
    rows = []
    for number in range(0, 400_000, 3):
        year, department = 2005 + number % 18, number % 95 + 1
        rows.append(
            f"P-{number:06d};{year}-{number:05d};{number};{department:02d}.06.{number:06d};E{number:09d};"
            f"PLIE-{department:02d}-06-{number};{department:02d}-{year}-{number:05d};{number:08d};{year}{number:06d}"
        )
    assert counts(["parcours_id;b;c;d;e;f;g;h;i", *rows]) == {}


def test_no_hour_age_or_code_alarms() -> None:
    codes = [code for codes in code_lists().values() for code in codes]
    hours = [f"{number // 10},{number % 10}" for number in range(0, 100_000, 7)]
    rows = [f"{hour};{place % 66 + 15};{codes[place % len(codes)]};refus" for place, hour in enumerate(hours)]
    assert counts(["heures;age;code;rqth", *rows]) == {}


def test_no_descriptor_alarms(pseudonyms: list[str]) -> None:
    for number in range(500):
        descriptor = {
            "name": f"plie-{number % 95:02d}-06-20211231t220000z",
            "created": "2021-12-31T22:00:00Z",
            "plie": {
                "coverage": {"from": "2016-01-01", "to": "2021-12-31"},
                "producer": {"name": "é", "version": "7.4"},
            },
            "resources": [
                {"path": f"{name}.csv", "bytes": 97 ** (place + 1), "hash": f"sha256:{pseudonyms[number + place]}"}
                for place, name in enumerate(("participants", "parcours", "etapes", "sorties", "suppressions"))
            ],
        }
        assert not scan("datapackage.json", json.dumps(descriptor, indent=number % 3 or None).encode(), "utf-8")


def test_no_schema_or_code_list_of_the_contract_alarms() -> None:
    for contract in known_contracts().values():
        for resource in contract.allowed_resources("delta").values():
            header = ";".join(resource.field_names)
            assert not scan(f"{resource.name}.csv", f"{header}\n".encode(), "utf-8")
            assert not scan(resource.schema_path.name, resource.schema_path.read_bytes(), "utf-8")
