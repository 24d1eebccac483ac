"""P05: pseudonyms that anyone could have computed."""

from __future__ import annotations

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingestion.gate.detectors.pseudonyms import predictable, prepare
from ingestion.gate.privacy import PrivacyHit, scan


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lines_of(*pseudonyms: str) -> list[int | None]:
    text = "\r\n".join(["sexe;participant_id", *(f"F;{pseudonym}" for pseudonym in pseudonyms)])
    hits = scan("participants.csv", text.encode(), "utf-8")
    assert {hit.rule for hit in hits} <= {"P05"}
    assert {hit.field for hit in hits} <= {"participant_id"}
    return [hit.line for hit in hits]


SOUND = digest("a key that nobody knows|1")


@pytest.mark.parametrize("number", [0, 1, 9, 10, 99, 123, 4_567, 65_536, 99_999, 100_000, 500_000, 999_999])
def test_the_digest_of_a_small_number_is_found_on_its_line(number: int) -> None:
    assert lines_of(SOUND, digest(str(number)), SOUND) == [3]


@pytest.mark.parametrize("text", ["000001", "0042", "00", "099999"])
def test_leading_zeros_make_no_difference(text: str) -> None:
    assert lines_of(digest(text)) == [2]


def test_capital_digits_make_no_difference() -> None:
    assert lines_of(digest("77").upper()) == [2]


def test_every_small_number_is_known() -> None:
    numbers = random.Random(1).sample(range(1_000_000), 5_000)
    assert len(predictable("\n".join(digest(str(number)) for number in numbers).encode())) == len(numbers)


@pytest.mark.parametrize("text", ["1000000", "-1", "1.0", " 1", "0000001", "a"])
def test_the_digest_of_anything_else_is_a_pseudonym(text: str) -> None:
    assert lines_of(digest(text)) == []


@pytest.mark.parametrize(
    "pattern",
    [
        "a" * 64,
        "0" * 64,
        "0123" * 16,
        "0123456789" * 6 + "0123",
        "0123456789abcdef" * 4,
        SOUND[:31] * 2 + SOUND[:2],
        SOUND[:32] * 2,
        f"{12345:064d}",
        f"{0xBEEF:064x}",
        hashlib.md5(b"1", usedforsecurity=False).hexdigest() + "0" * 32,
        "ABCD" * 16,
    ],
)
def test_a_repeated_pattern_is_no_pseudonym(pattern: str) -> None:
    assert lines_of(SOUND, pattern) == [3]


@pytest.mark.parametrize("text", [digest("1") + "0", digest("1")[:-1], "z" + digest("1")[1:], "x" * 64])
def test_what_is_not_64_hexadecimal_digits_is_left_to_the_pattern_of_the_field(text: str) -> None:
    assert lines_of(text) == []


def test_pseudonyms_are_looked_at_in_every_table_and_not_in_the_descriptor() -> None:
    assert list(scan("parcours.csv", f"parcours_id;participant_id\nP1;{digest('5')}\n".encode())) == [
        PrivacyHit("P05", "parcours", "participant_id", 2)
    ]
    assert not scan("datapackage.json", f'{{"hash": "sha256:{digest("5")}"}}'.encode())


def test_threads_that_start_together_share_one_table() -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: prepare(), range(4)))
        found = list(pool.map(lambda number: len(predictable(digest(str(number)).encode())), range(200)))
    assert found == [1] * 200
